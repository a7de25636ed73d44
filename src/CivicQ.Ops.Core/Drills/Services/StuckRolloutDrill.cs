using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Services;
using CivicQ.Ops.Core.Services.Kubernetes.Client;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Drills.Services;

/// <summary>A rollout has come to its deadline: the new version's readiness probe asks for what it does not have. Compose has neither rollouts nor deadlines.</summary>
public sealed class StuckRolloutDrill : ServiceDrill
{
    private const int DeadlineSeconds = 10;

    /// <inheritdoc/>
    public override DrillDescription Description { get; } = new()
    {
        Name = "StuckRollout",
        Platforms = [ServicePlatform.Kubernetes],
        Symptom = "The release was started, and is never over.",
        Injection = $"rolls the deployment backend out with a readiness probe that cannot pass, and a deadline of {DeadlineSeconds} s",
        Hint = "Get-CivicQService -Status Degraded, then Wait-CivicQRollout, Get-CivicQEvent -Warning",
        Remedy = "Get-CivicQService -Environment lab -Status Degraded | Undo-CivicQRollout",
        RemedyCmdlets = ["Undo-CivicQRollout"],
        RemedyTrace = LabServiceSpec.Backend,
        Source = "runbook, Service Issues: failed deployment",
    };

    /// <inheritdoc/>
    private protected override string Service => LabServiceSpec.Backend;

    /// <inheritdoc/>
    private protected override Task InjectAsync(ServiceLab lab, CancellationToken cancellationToken) => lab.PatchAsync(
        Service, new JsonObject { ["readinessProbe"] = new JsonObject { ["httpGet"] = new JsonObject { ["path"] = "/ready" } } },
        new JsonObject { ["progressDeadlineSeconds"] = DeadlineSeconds }, cancellationToken);

    /// <inheritdoc/>
    private protected override async Task<DrillSighting> LookAsync(ServiceLab lab, CancellationToken cancellationToken)
    {
        var json = await lab.Cluster!.ReadAsync(KubernetesResource.Deployments, Service, cancellationToken).ConfigureAwait(false);
        var deployment = new Deployment(json);
        return deployment.Condition("Progressing") is { } progressing && progressing.Text("reason") == Deployment.DeadlineReason
            ? new DrillSighting(true, progressing.Text("message") ?? "The rollout has exceeded its deadline.")
            : new DrillSighting(false, $"{deployment.UpdatedReplicas} of {deployment.DesiredReplicas} instances of {Service} are of the present revision.");
    }
}
