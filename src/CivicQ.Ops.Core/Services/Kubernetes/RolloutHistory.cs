using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services.Kubernetes.Client;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Services.Kubernetes;

/// <summary>The revisions of a deployment: the replica sets that its controller keeps.</summary>
internal static class RolloutHistory
{
    /// <summary>The annotation that says why a revision was made.</summary>
    public const string ChangeCause = "kubernetes.io/change-cause";

    /// <summary>Reads a deployment and its replica sets.</summary>
    /// <param name="client">The cluster.</param>
    /// <param name="service">The service.</param>
    /// <param name="selector">The deployment's selector, where it is known: both are read at once then.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The deployment, and its replica sets with the newest revision first.</returns>
    public static async Task<(Deployment Deployment, IReadOnlyList<ReplicaSet> Sets)> ReadAsync(
        IKubernetesClient client, ServiceInfo service, string? selector, CancellationToken cancellationToken)
    {
        Task<KubernetesList> Sets(string labels) => client.ListAsync(KubernetesResource.ReplicaSets, new ObjectSelection(Labels: labels), cancellationToken);
        var early = selector is null ? null : Sets(selector);
        Deployment deployment;
        try
        {
            deployment = new Deployment(await client.ReadAsync(KubernetesResource.Deployments, service.PlatformName, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            await (early ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        // Made anew under the same name, it may have another selector.
        var sets = early is null || deployment.Selector != selector ? null : await early.ConfigureAwait(false);
        sets ??= await Sets(deployment.Selector).ConfigureAwait(false);
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

    /// <summary>Picks the revision to go back to.</summary>
    /// <typeparam name="T">What a revision is.</typeparam>
    /// <param name="service">The service.</param>
    /// <param name="revisions">Its revisions, newest first.</param>
    /// <param name="number">The number of one.</param>
    /// <param name="wanted">The number that is wanted; 0 for the second highest.</param>
    /// <returns>The revision.</returns>
    /// <exception cref="OperationException"><see cref="ServiceErrors.RevisionNotFound"/>, <see cref="ServiceErrors.NoHistory"/>.</exception>
    public static T Pick<T>(ServiceInfo service, IReadOnlyList<T> revisions, Func<T, long> number, long wanted)
        where T : class
    {
        if (wanted > 0)
        {
            return revisions.FirstOrDefault(revision => number(revision) == wanted) ?? throw new OperationException(
                ServiceErrors.RevisionNotFound,
                $"{service.PlatformName}: the history has no revision {wanted}; it has {string.Join(", ", revisions.Select(number).Order())}.", service.Service);
        }

        return revisions.Count > 1
            ? revisions[1]
            : throw new OperationException(ServiceErrors.NoHistory, $"{service.PlatformName}: no rollout history found, there is no revision before the present one.", service.Service);
    }
}
