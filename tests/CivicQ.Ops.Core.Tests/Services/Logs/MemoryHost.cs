using System.Collections.Concurrent;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Core.Tests.Services.Logs;

/// <summary>Instances whose logs are in memory: for the merger's order alone. Everything else is tested with real containers.</summary>
internal sealed class MemoryHost : IServiceHost
{
    private readonly ConcurrentDictionary<string, (ServiceInstance Instance, MemoryLog Log, MemoryLog? Previous)> instances = new();

    public string Environment => "test";

    public ServicePlatform Platform { get; init; } = ServicePlatform.Compose;

    public string Address => "memory";

    public Exception? ListingFails { get; set; }

    public MemoryLog Add(string name, string service = "backend", ServiceInstanceState state = ServiceInstanceState.Running)
    {
        var log = new MemoryLog();
        instances[name] = (new ServiceInstance { Environment = Environment, Service = service, Instance = name, Id = name, Platform = Platform, State = state, Containers = ["main", "sidecar"] }, log, null);
        return log;
    }

    /// <summary>As Kubernetes does: a new log, and the old one as that of the previous run.</summary>
    public MemoryLog Restart(string name)
    {
        var log = new MemoryLog();
        var (instance, old, _) = instances[name];
        instances[name] = (instance with { Restarts = instance.Restarts + 1 }, log, old);
        old.End();
        return log;
    }

    public void Remove(string name)
    {
        instances.Remove(name, out var gone);
        gone.Log.End();
    }

    public Task<IReadOnlyList<ServiceInfo>> GetServicesAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ServiceInfo>>([]);

    public Task<IReadOnlyList<ServiceInstance>> GetInstancesAsync(IReadOnlyList<ServiceInfo> services, CancellationToken cancellationToken) =>
        ListingFails is { } error ? Task.FromException<IReadOnlyList<ServiceInstance>>(error)
        : Task.FromResult<IReadOnlyList<ServiceInstance>>([.. instances.Values.Select(each => each.Instance).OrderBy(instance => instance.Instance, StringComparer.Ordinal)]);

    public IAsyncEnumerable<LogLine> ReadLogAsync(ServiceInstance instance, LogQuery query, CancellationToken cancellationToken)
    {
        var (_, log, previous) = instances[instance.Instance];
        return (query.Previous ? previous! : log).ReadAsync(query, cancellationToken);
    }

    public ValueTask DisposeAsync() => default;

    public Task<IReadOnlyList<ServiceUsage>> GetUsageAsync(IReadOnlyList<ServiceInfo> services, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<ServiceEvent> GetEventsAsync(IReadOnlyList<ServiceInfo>? services, ServiceEventQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task RestartAsync(ServiceInfo service, bool rolling, bool dryRun, Action<ServiceProgress> progress, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<ServiceDifference>> SetAsync(ServiceInfo service, ServiceLimits limits, bool dryRun, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<RolloutRevision>> GetHistoryAsync(ServiceInfo service, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<RolloutPlan> PlanUndoAsync(ServiceInfo service, long? toRevision, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task UndoAsync(RolloutPlan plan, bool dryRun, Action<ServiceProgress> progress, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<RolloutStatus> WatchRolloutAsync(ServiceInfo service, long? revision, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<int> ExecuteAsync(ServiceInstance instance, ServiceCommand command, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ServiceIsolation> IsolateAsync(ServiceInfo service, bool isolate, bool dryRun, CancellationToken cancellationToken) => throw new NotSupportedException();
}
