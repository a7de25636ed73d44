using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services.Kubernetes.Client;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Services.Kubernetes;

/// <summary>The revisions of a deployment: the replica sets that its controller keeps.</summary>
internal static class RolloutHistory
{
    private const string ChangeCause = "kubernetes.io/change-cause";

    /// <summary>Reads a deployment and its replica sets.</summary>
    /// <param name="client">The cluster.</param>
    /// <param name="service">The service.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The deployment, and its replica sets with the newest revision first.</returns>
    /// <exception cref="OperationException"><see cref="ServiceErrors.NotSupported"/>: no deployment.</exception>
    public static async Task<(Deployment Deployment, IReadOnlyList<ReplicaSet> Sets)> ReadAsync(
        IKubernetesClient client, ServiceInfo service, CancellationToken cancellationToken)
    {
        if (service.Kind != Workload.DeploymentKind)
        {
            throw new OperationException(
                ServiceErrors.NotSupported, $"{service.PlatformName} is a {service.Kind}: only deployments keep revisions that this module goes back to.", service.Service);
        }

        var deployment = new Deployment(await client.ReadAsync(KubernetesResource.Deployments, service.PlatformName, cancellationToken).ConfigureAwait(false));
        var sets = await client.ListAsync(KubernetesResource.ReplicaSets, new ObjectSelection(Labels: deployment.Selector), cancellationToken).ConfigureAwait(false);
        return (deployment,
        [
            .. sets.Items.Select(item => new ReplicaSet(item)).Where(set => set.ControllerUid == deployment.Uid && set.Revision > 0).OrderByDescending(set => set.Revision),
        ]);
    }

    /// <summary>Describes the revisions.</summary>
    /// <param name="service">The service.</param>
    /// <param name="deployment">The deployment.</param>
    /// <param name="sets">Its replica sets, newest revision first.</param>
    /// <returns>The revisions, newest first.</returns>
    public static IReadOnlyList<RolloutRevision> Describe(ServiceInfo service, Deployment deployment, IReadOnlyList<ReplicaSet> sets) =>
    [
        .. sets.Select((set, index) => new RolloutRevision
        {
            Environment = service.Environment,
            Service = service.Service,
            Revision = set.Revision,
            IsCurrent = set.Revision == deployment.Revision,
            Images = [.. set.Json.Objects("spec", "template", "spec", "containers").Select(container => container.Text("image") ?? "")],
            ChangeCause = set.Json.Text("metadata", "annotations", ChangeCause),
            Instances = set.Replicas,
            CreatedAt = set.CreatedAt,
            Changes = index + 1 < sets.Count ? TemplateDifference.Of(sets[index + 1].Template, set.Template) : [],
        }),
    ];
}
