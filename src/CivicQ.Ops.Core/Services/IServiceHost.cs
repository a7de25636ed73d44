using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Services;

/// <summary>
/// The services of one environment, whatever runs them. Every member fails with an <see cref="OperationException"/> of
/// <see cref="ServiceErrors"/> or of the platform's own; every wait ends at once when cancelled. Safe for several calls at once.
/// </summary>
public interface IServiceHost : IAsyncDisposable
{
    /// <summary>The environment's name.</summary>
    string Environment { get; }

    /// <summary>What runs the services.</summary>
    ServicePlatform Platform { get; }

    /// <summary>Where, for people: <c>civicq on unix:///var/run/docker.sock</c>, <c>namespace civicq of https://…:6443</c>.</summary>
    string Address { get; }

    /// <summary>All services, by name. On Compose also those of its file that have no container yet, where the file can be read.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The services.</returns>
    Task<IReadOnlyList<ServiceInfo>> GetServicesAsync(CancellationToken cancellationToken);

    /// <summary>All services by name without a look at their instances, where that is quicker: enough for who changes one. Restarts and reasons may be missing.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The services.</returns>
    Task<IReadOnlyList<ServiceInfo>> ListServicesAsync(CancellationToken cancellationToken) => GetServicesAsync(cancellationToken);

    /// <summary>The instances of services, by service and name.</summary>
    /// <param name="services">The services.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The instances, each with the reason why it is not ready.</returns>
    Task<IReadOnlyList<ServiceInstance>> GetInstancesAsync(IReadOnlyList<ServiceInfo> services, CancellationToken cancellationToken);

    /// <summary>What the running instances of services use.</summary>
    /// <param name="services">The services.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>One for each running instance.</returns>
    Task<IReadOnlyList<ServiceUsage>> GetUsageAsync(IReadOnlyList<ServiceInfo> services, CancellationToken cancellationToken);

    /// <summary>What happened to services, oldest first.</summary>
    /// <param name="services">The services; <see langword="null"/> for everything of the project or namespace.</param>
    /// <param name="query">Which events.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The events, as they are read.</returns>
    IAsyncEnumerable<ServiceEvent> GetEventsAsync(IReadOnlyList<ServiceInfo>? services, ServiceEventQuery query, CancellationToken cancellationToken);

    /// <summary>The log lines of one instance in the order of time. The stream ends where the instance's log does; whoever follows resumes.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="query">Which lines.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The lines, as they are read.</returns>
    IAsyncEnumerable<LogLine> ReadLogAsync(ServiceInstance instance, LogQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Restarts a service: on Kubernetes by a rollout, on Compose all containers at once, or one by one, each ready before the next.
    /// Returns when the platform has taken the order (Kubernetes) or the containers run (Compose).
    /// </summary>
    /// <param name="service">The service.</param>
    /// <param name="rolling">One by one on Compose; Kubernetes always does so.</param>
    /// <param name="dryRun">True to let the server check the order and do nothing.</param>
    /// <param name="progress">Gets the steps.</param>
    /// <param name="cancellationToken">Ends the call; a container that is being restarted is started all the same.</param>
    /// <returns>The running work.</returns>
    Task RestartAsync(ServiceInfo service, bool rolling, bool dryRun, Action<ServiceProgress> progress, CancellationToken cancellationToken);

    /// <summary>Sets how many instances there are and what they may use.</summary>
    /// <param name="service">The service.</param>
    /// <param name="limits">What is to be set.</param>
    /// <param name="dryRun">True to let the server check the order and do nothing.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>What is, or would be, different; empty where all was so already.</returns>
    Task<IReadOnlyList<ServiceDifference>> SetAsync(ServiceInfo service, ServiceLimits limits, bool dryRun, CancellationToken cancellationToken);

    /// <summary>The revisions of a service, newest first.</summary>
    /// <param name="service">The service.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The revisions.</returns>
    Task<IReadOnlyList<RolloutRevision>> GetHistoryAsync(ServiceInfo service, CancellationToken cancellationToken);

    /// <summary>Works out what going back would do.</summary>
    /// <param name="service">The service.</param>
    /// <param name="toRevision">The revision; the one before the present without it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The plan.</returns>
    Task<RolloutPlan> PlanUndoAsync(ServiceInfo service, long? toRevision, CancellationToken cancellationToken);

    /// <summary>Goes back as planned. Returns when the platform has taken the order (Kubernetes) or the containers run (Compose).</summary>
    /// <param name="plan">The plan of this host.</param>
    /// <param name="dryRun">True to let the server check the order and do nothing.</param>
    /// <param name="progress">Gets the steps.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The running work.</returns>
    Task UndoAsync(RolloutPlan plan, bool dryRun, Action<ServiceProgress> progress, CancellationToken cancellationToken);

    /// <summary>Follows a rollout by the server's own word, without polling, until it is complete; fails where it cannot complete.</summary>
    /// <param name="service">The service.</param>
    /// <param name="revision">The revision that must be rolled out; whichever is the present one without it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Each status that differs from the one before; the last one is complete.</returns>
    IAsyncEnumerable<RolloutStatus> WatchRolloutAsync(ServiceInfo service, long? revision, CancellationToken cancellationToken);

    /// <summary>Runs a program within an instance.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="command">The program.</param>
    /// <param name="cancellationToken">Ends the call; the program is ended where the platform can.</param>
    /// <returns>Its exit code.</returns>
    Task<int> ExecuteAsync(ServiceInstance instance, ServiceCommand command, CancellationToken cancellationToken);

    /// <summary>Cuts a service off from the network, or puts it back. Processes, memory and files stay as they are.</summary>
    /// <param name="service">The service.</param>
    /// <param name="isolate">True to cut it off.</param>
    /// <param name="dryRun">True to let the server check the order and do nothing.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>What was done.</returns>
    Task<ServiceIsolation> IsolateAsync(ServiceInfo service, bool isolate, bool dryRun, CancellationToken cancellationToken);
}
