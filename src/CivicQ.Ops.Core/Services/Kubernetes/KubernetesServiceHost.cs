using System.Collections.Concurrent;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Network;
using CivicQ.Ops.Core.Services.Kubernetes.Client;
using CivicQ.Ops.Core.Services.Kubernetes.Configuration;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Services.Kubernetes;

/// <summary>The services of a namespace of a Kubernetes cluster: its deployments, stateful sets and daemon sets.</summary>
public sealed class KubernetesServiceHost : IServiceHost
{
    private readonly IKubernetesClient client;
    private readonly ServiceDescriber describer;
    private readonly UsageReader usage;

    // Of deployments that were listed: a selector never changes, and whoever knows it need not read the deployment first.
    private readonly ConcurrentDictionary<string, string> selectors = new(StringComparer.Ordinal);

    internal KubernetesServiceHost(string environment, IKubernetesClient client, ServiceNames names)
    {
        (Environment, this.client) = (environment, client);
        describer = new ServiceDescriber(client, environment, names);
        usage = new UsageReader(client, environment);
    }

    /// <inheritdoc/>
    public string Environment { get; }

    /// <inheritdoc/>
    public ServicePlatform Platform => ServicePlatform.Kubernetes;

    /// <inheritdoc/>
    public string Address => $"namespace {client.Namespace} of {AddressText.Of(client.Server).TrimEnd('/')}";

    /// <summary>Finds the cluster of an environment. Does not connect yet.</summary>
    /// <param name="environment">The environment's name.</param>
    /// <param name="settings">Its services.</param>
    /// <param name="requestTimeout">How long the API server may take to begin an answer.</param>
    /// <param name="connections">The session's; without them the host has connections of its own.</param>
    /// <param name="cancellationToken">Ends the reading of the kubeconfig.</param>
    /// <returns>The host; the caller disposes of it.</returns>
    /// <exception cref="OperationException">One of <see cref="KubernetesErrors"/>, of the kubeconfig; <see cref="ServiceErrors.NotConfigured"/>.</exception>
    public static async Task<KubernetesServiceHost> OpenAsync(
        string environment, ServicesSettings settings, TimeSpan requestTimeout, KubernetesConnections? connections, CancellationToken cancellationToken)
    {
        var cluster = settings.Kubernetes
            ?? throw new OperationException(ServiceErrors.NotConfigured, $"Environment '{environment}' has no services on Kubernetes.", environment);
        var options = new KubernetesOptions { Files = cluster.Files, Context = cluster.Context, Namespace = cluster.Namespace, RequestTimeout = requestTimeout };
        var client = await (connections?.OpenAsync(options, cancellationToken) ?? KubernetesClient.OpenAsync(options, cancellationToken)).ConfigureAwait(false);
        return new KubernetesServiceHost(environment, client, new ServiceNames(settings.Names));
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ServiceInfo>> GetServicesAsync(CancellationToken cancellationToken)
    {
        var snapshot = await ServiceSnapshot.ReadAsync(client, withPods: true, cancellationToken).ConfigureAwait(false);
        var pods = snapshot.Workloads.SelectMany(workload => snapshot.Pods(workload).Select(pair => pair.Pod));
        return Services(snapshot, await describer.DiagnoseAsync(pods, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ServiceInfo>> ListServicesAsync(CancellationToken cancellationToken) =>
        Services(await ServiceSnapshot.ReadAsync(client, withPods: false, cancellationToken).ConfigureAwait(false), new Dictionary<string, PodDiagnosis>());

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ServiceInstance>> GetInstancesAsync(IReadOnlyList<ServiceInfo> services, CancellationToken cancellationToken)
    {
        var pods = await PodsAsync(services, cancellationToken).ConfigureAwait(false);
        var diagnoses = await describer.DiagnoseAsync(pods.Select(item => item.Pod), cancellationToken).ConfigureAwait(false);
        return
        [
            .. pods.Select(item => describer.Instance(item.Workload, item.Pod, item.Set, diagnoses.GetValueOrDefault(item.Pod.Uid)))
                .OrderBy(instance => instance.Service, StringComparer.Ordinal).ThenBy(instance => instance.Instance, StringComparer.Ordinal),
        ];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ServiceUsage>> GetUsageAsync(IReadOnlyList<ServiceInfo> services, CancellationToken cancellationToken)
    {
        var pods = await PodsAsync(services, cancellationToken).ConfigureAwait(false);
        return await usage.ReadAsync(
            [.. pods.Where(item => item.Pod is { Phase: "Running", DeletedAt: null }).Select(item => (describer.Common(item.Workload.Name), item.Pod))], cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ServiceEvent> GetEventsAsync(IReadOnlyList<ServiceInfo>? services, ServiceEventQuery query, CancellationToken cancellationToken) =>
        new EventReader(client, describer, Environment).ReadAsync(services, query, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<LogLine> ReadLogAsync(ServiceInstance instance, LogQuery query, CancellationToken cancellationToken) =>
        new InstanceLog(client, instance, query).ReadAsync(cancellationToken);

    /// <inheritdoc/>
    public Task RestartAsync(ServiceInfo service, bool rolling, bool dryRun, Action<ServiceProgress> progress, CancellationToken cancellationToken) =>
        NamedAsync(service, () => new WorkloadChange(client).RestartAsync(service, dryRun, cancellationToken));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ServiceDifference>> SetAsync(ServiceInfo service, ServiceLimits limits, bool dryRun, CancellationToken cancellationToken)
    {
        IReadOnlyList<ServiceDifference> result = [];
        await NamedAsync(service, async () => result = await new WorkloadChange(client).SetAsync(service, limits, dryRun, cancellationToken).ConfigureAwait(false))
            .ConfigureAwait(false);
        return result;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RolloutRevision>> GetHistoryAsync(ServiceInfo service, CancellationToken cancellationToken)
    {
        if (service.Kind != Workload.DeploymentKind)
        {
            return await new ControllerHistory(client).DescribeAsync(service, cancellationToken).ConfigureAwait(false);
        }

        var (deployment, sets) = await RolloutHistory.ReadAsync(client, service, selectors.GetValueOrDefault(service.PlatformName), cancellationToken).ConfigureAwait(false);
        return RolloutHistory.Describe(service, deployment, sets);
    }

    /// <inheritdoc/>
    public Task<RolloutPlan> PlanUndoAsync(ServiceInfo service, long? toRevision, CancellationToken cancellationToken) =>
        service.Kind == Workload.DeploymentKind ? new RolloutUndo(client).PlanAsync(service, selectors.GetValueOrDefault(service.PlatformName), toRevision, cancellationToken)
        : new ControllerHistory(client).PlanAsync(service, toRevision, cancellationToken);

    /// <inheritdoc/>
    public Task UndoAsync(RolloutPlan plan, bool dryRun, Action<ServiceProgress> progress, CancellationToken cancellationToken) =>
        plan.Service.Kind == Workload.DeploymentKind ? new RolloutUndo(client).ApplyAsync(plan, dryRun, cancellationToken)
        : new ControllerHistory(client).ApplyAsync(plan, dryRun, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<RolloutStatus> WatchRolloutAsync(ServiceInfo service, long? revision, CancellationToken cancellationToken) =>
        new RolloutWatch(client, describer, service, revision).RunAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<int> ExecuteAsync(ServiceInstance instance, ServiceCommand command, CancellationToken cancellationToken)
    {
        var container = command.Container ?? (instance.Containers.Count > 0 ? instance.Containers[0] : null);
        try
        {
            return await client.ExecuteAsync(instance.Instance, command with { Container = container }, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException error) when (error.Definition == KubernetesErrors.ObjectNotFound)
        {
            throw new OperationException(ServiceErrors.InstanceNotFound, $"There is no instance '{instance.Instance}' any more.", instance.Instance, error);
        }
        catch (OperationException error) when (error.Definition == KubernetesErrors.RequestInvalid || error.Definition == KubernetesErrors.ClusterFailed)
        {
            // The server's words differ from version to version: the pod itself says whether it is that.
            var pod = new Pod(await client.ReadAsync(KubernetesResource.Pods, instance.Instance, cancellationToken).ConfigureAwait(false));
            var state = pod.Containers.FirstOrDefault(item => item.Name == container);
            if (state is null || state.RunningSince is not null)
            {
                throw;
            }

            throw new OperationException(
                ServiceErrors.InstanceNotRunning, $"{instance.Instance}: {PodDoctor.Judge(pod, [])?.Sentence ?? $"container '{container}' does not run."}", instance.Instance, error);
        }
    }

    /// <inheritdoc/>
    public Task<ServiceIsolation> IsolateAsync(ServiceInfo service, bool isolate, bool dryRun, CancellationToken cancellationToken) =>
        new ServiceIsolator(client).ApplyAsync(service, isolate, dryRun, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return default;
    }

    private IReadOnlyList<ServiceInfo> Services(ServiceSnapshot snapshot, IReadOnlyDictionary<string, PodDiagnosis> diagnoses)
    {
        foreach (var workload in snapshot.Workloads.OfType<Deployment>())
        {
            selectors[workload.Name] = workload.Selector;
        }

        return [.. snapshot.Workloads.Select(workload => describer.Service(snapshot, workload, diagnoses)).OrderBy(service => service.Service, StringComparer.Ordinal)];
    }

    private static async Task NamedAsync(ServiceInfo service, Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (OperationException error) when (error.Definition == KubernetesErrors.ObjectNotFound)
        {
            throw new OperationException(ServiceErrors.NotFound, $"There is no service '{service.Service}' any more: {error.Message}", service.Service, error);
        }
    }

    private async Task<IReadOnlyList<(Workload Workload, Pod Pod, ReplicaSet? Set)>> PodsAsync(IReadOnlyList<ServiceInfo> services, CancellationToken cancellationToken)
    {
        if (services.Count == 0)
        {
            return [];
        }

        var snapshot = services.Count == 1
            ? await ServiceSnapshot.ReadAsync(client, services[0], cancellationToken).ConfigureAwait(false)
            : await ServiceSnapshot.ReadAsync(client, withPods: true, cancellationToken).ConfigureAwait(false);
        var wanted = services.Select(service => (service.Kind, service.PlatformName)).ToHashSet();
        return
        [
            .. snapshot.Workloads.Where(workload => wanted.Contains((workload.Kind, workload.Name)))
                .SelectMany(workload => snapshot.Pods(workload).Select(pair => (workload, pair.Pod, pair.Set))),
        ];
    }
}
