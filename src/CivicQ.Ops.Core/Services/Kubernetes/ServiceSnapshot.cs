using CivicQ.Ops.Core.Services.Kubernetes.Client;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Services.Kubernetes;

/// <summary>The workloads of a namespace with their replica sets and pods, read together.</summary>
internal sealed class ServiceSnapshot
{
    private readonly ILookup<string, ReplicaSet> replicaSets;
    private readonly ILookup<string, Pod> pods;

    private ServiceSnapshot(IReadOnlyList<Workload> workloads, IEnumerable<ReplicaSet> sets, IEnumerable<Pod> all)
    {
        Workloads = workloads;
        replicaSets = sets.ToLookup(item => item.ControllerUid ?? "", StringComparer.Ordinal);
        pods = all.ToLookup(item => item.ControllerUid ?? "", StringComparer.Ordinal);
    }

    /// <summary>The workloads, by name.</summary>
    public IReadOnlyList<Workload> Workloads { get; }

    /// <summary>Where the API has workloads of a kind.</summary>
    /// <param name="kind">The kind.</param>
    public static KubernetesResource Resource(string kind) => kind switch
    {
        Workload.StatefulSetKind => KubernetesResource.StatefulSets,
        Workload.DaemonSetKind => KubernetesResource.DaemonSets,
        _ => KubernetesResource.Deployments,
    };

    /// <summary>Reads the whole namespace.</summary>
    /// <param name="client">The cluster.</param>
    /// <param name="withPods">False for the workloads alone.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task<ServiceSnapshot> ReadAsync(IKubernetesClient client, bool withPods, CancellationToken cancellationToken)
    {
        Task<KubernetesList> List(KubernetesResource resource, bool wanted = true) =>
            wanted ? client.ListAsync(resource, ObjectSelection.All, cancellationToken) : Task.FromResult(new KubernetesList([], ""));
        var (deployments, stateful, daemons) = (List(KubernetesResource.Deployments), List(KubernetesResource.StatefulSets), List(KubernetesResource.DaemonSets));
        var (sets, pods) = (List(KubernetesResource.ReplicaSets, withPods), List(KubernetesResource.Pods, withPods));
        await Task.WhenAll(deployments, stateful, daemons, sets, pods).ConfigureAwait(false);
        Workload[] workloads =
        [
            .. (await deployments.ConfigureAwait(false)).Items.Select(item => new Deployment(item)),
            .. (await stateful.ConfigureAwait(false)).Items.Select(item => new Workload(item, Workload.StatefulSetKind)),
            .. (await daemons.ConfigureAwait(false)).Items.Select(item => new Workload(item, Workload.DaemonSetKind)),
        ];
        return new ServiceSnapshot(
            [.. workloads.OrderBy(item => item.Name, StringComparer.Ordinal)],
            (await sets.ConfigureAwait(false)).Items.Select(item => new ReplicaSet(item)),
            (await pods.ConfigureAwait(false)).Items.Select(item => new Pod(item)));
    }

    /// <summary>Reads one workload.</summary>
    /// <param name="client">The cluster.</param>
    /// <param name="service">The service.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task<ServiceSnapshot> ReadAsync(IKubernetesClient client, ServiceInfo service, CancellationToken cancellationToken)
    {
        var json = await client.ReadAsync(Resource(service.Kind), service.PlatformName, cancellationToken).ConfigureAwait(false);
        var workload = service.Kind == Workload.DeploymentKind ? new Deployment(json) : new Workload(json, service.Kind);
        var selection = new ObjectSelection(Labels: workload.Selector);
        var sets = workload is Deployment
            ? client.ListAsync(KubernetesResource.ReplicaSets, selection, cancellationToken)
            : Task.FromResult(new KubernetesList([], ""));
        var pods = client.ListAsync(KubernetesResource.Pods, selection, cancellationToken);
        await Task.WhenAll(sets, pods).ConfigureAwait(false);
        return new ServiceSnapshot(
            [workload], (await sets.ConfigureAwait(false)).Items.Select(item => new ReplicaSet(item)), (await pods.ConfigureAwait(false)).Items.Select(item => new Pod(item)));
    }

    /// <summary>The replica sets of a deployment, newest revision first.</summary>
    /// <param name="workload">The deployment; others have none.</param>
    public IReadOnlyList<ReplicaSet> ReplicaSets(Workload workload) =>
        [.. replicaSets[workload.Uid].OrderByDescending(item => item.Revision).ThenBy(item => item.Name, StringComparer.Ordinal)];

    /// <summary>The pods of a workload with the replica set that each is of, by name.</summary>
    /// <param name="workload">The workload.</param>
    public IReadOnlyList<(Pod Pod, ReplicaSet? Set)> Pods(Workload workload) =>
    [
        .. (workload is Deployment
            ? replicaSets[workload.Uid].SelectMany(set => pods[set.Uid].Select(pod => (Pod: pod, Set: (ReplicaSet?)set)))
            : pods[workload.Uid].Select(pod => (Pod: pod, Set: (ReplicaSet?)null)))
            .OrderBy(pair => pair.Pod.Name, StringComparer.Ordinal),
    ];
}
