using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services.Kubernetes.Client;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Services.Kubernetes;

/// <summary>Goes back to a revision, as <c>kubectl rollout undo</c> does; besides, nobody else's change is lost.</summary>
/// <param name="client">The cluster.</param>
internal sealed class RolloutUndo(IKubernetesClient client)
{
    // What belongs to the deployment itself, and not to one of its revisions.
    private static readonly string[] OwnAnnotations =
    [
        "kubectl.kubernetes.io/last-applied-configuration",
        Deployment.RevisionAnnotation,
        "deployment.kubernetes.io/revision-history",
        "deployment.kubernetes.io/desired-replicas",
        "deployment.kubernetes.io/max-replicas",
        "deprecated.deployment.rollback.to",
    ];

    /// <summary>Works out what going back would do.</summary>
    /// <param name="service">The service.</param>
    /// <param name="selector">The deployment's selector, where it is known.</param>
    /// <param name="toRevision">The revision; the second highest without it, as with 0.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The plan.</returns>
    public async Task<RolloutPlan> PlanAsync(ServiceInfo service, string? selector, long? toRevision, CancellationToken cancellationToken)
    {
        var (deployment, sets) = await RolloutHistory.ReadAsync(client, service, selector, cancellationToken).ConfigureAwait(false);
        var target = RolloutHistory.Pick(service, sets, set => set.Revision, toRevision ?? 0);
        if (deployment.Paused)
        {
            throw new OperationException(ServiceErrors.Paused, $"{service.PlatformName} is paused: a paused deployment is not rolled back.", service.Service);
        }

        return new RolloutPlan
        {
            Service = service,
            FromRevision = deployment.Revision,
            ToRevision = target.Revision,
            Changes = TemplateDifference.Of(deployment.Template, target.Template),
            IsAlreadyThere = JsonNode.DeepEquals(ReplicaSet.WithoutHash(deployment.Template), target.PlainTemplate()),
            State = new UndoState(deployment, target),
        };
    }

    /// <summary>Goes back as planned.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="dryRun">True to have the server check it only.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The running work.</returns>
    public Task ApplyAsync(RolloutPlan plan, bool dryRun, CancellationToken cancellationToken)
    {
        var state = (UndoState)plan.State!;
        return plan.IsAlreadyThere
            ? Task.CompletedTask
            : GuardedPatch.ApplyAsync(client, plan.Service, state.Deployment, PatchKind.Json, seen => Patch(seen, state.Target), dryRun, cancellationToken);
    }

    private static JsonArray Patch(KubernetesObject deployment, ReplicaSet target)
    {
        var annotations = new JsonObject();
        foreach (var (name, value) in deployment.Annotations.Where(pair => OwnAnnotations.Contains(pair.Key)))
        {
            annotations[name] = value;
        }

        foreach (var (name, value) in target.Annotations.Where(pair => !OwnAnnotations.Contains(pair.Key)))
        {
            annotations[name] = value;
        }

        return
        [
            new JsonObject { ["op"] = "test", ["path"] = "/metadata/resourceVersion", ["value"] = deployment.ResourceVersion },
            new JsonObject { ["op"] = "replace", ["path"] = "/spec/template", ["value"] = target.PlainTemplate() },
            new JsonObject { ["op"] = "replace", ["path"] = "/metadata/annotations", ["value"] = annotations },
        ];
    }

    private sealed record UndoState(Deployment Deployment, ReplicaSet Target);
}
