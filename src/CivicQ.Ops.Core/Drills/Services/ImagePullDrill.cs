using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Core.Drills.Services;

/// <summary>A release names an image that no registry has. Compose would not have started it at all.</summary>
public sealed class ImagePullDrill : ServiceDrill
{
    // Port 1 of the node's own: refused at once, and nothing leaves the machine.
    private const string Image = "127.0.0.1:1/civicq/api:9.9.9";

    /// <inheritdoc/>
    public override DrillDescription Description { get; } = new()
    {
        Name = "ImagePull",
        Platforms = [ServicePlatform.Kubernetes],
        Symptom = "The release does not arrive: the old version still answers.",
        Injection = $"gives the deployment backend the image {Image}, which is nowhere",
        Hint = "Get-CivicQServiceInstance -NotReady",
        Remedy = "Get-CivicQServiceInstance backend -Environment lab -NotReady | Where-Object State -eq Pending | Undo-CivicQRollout",
        RemedyCmdlets = ["Undo-CivicQRollout"],
        RemedyTrace = LabServiceSpec.Backend,
        Source = "runbook, Service Issues: image pull error",
    };

    /// <inheritdoc/>
    private protected override string Service => LabServiceSpec.Backend;

    /// <inheritdoc/>
    private protected override Task InjectAsync(ServiceLab lab, CancellationToken cancellationToken) =>
        lab.PatchAsync(Service, new JsonObject { ["image"] = Image }, null, cancellationToken);

    /// <inheritdoc/>
    private protected override bool IsTroubled(ServiceInstance instance) =>
        !instance.IsReady && instance.Images.Contains(Image) && instance.Reason?.Contains(Image, StringComparison.Ordinal) == true;
}
