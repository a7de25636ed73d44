using System.Diagnostics;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Core.Tests.Database.Migrations;

/// <summary>Runs commands as an engine or cluster does: whoever stops listening does not stop them.</summary>
internal sealed class DetachedHost(IReadOnlyDictionary<string, string> variables) : IServiceHost
{
    public string Environment => "test";

    public ServicePlatform Platform => ServicePlatform.Compose;

    public string Address => "here";

    public async Task<int> ExecuteAsync(ServiceInstance instance, ServiceCommand command, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(command.Arguments[0], command.Arguments.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        await Task.WhenAll(
            PumpAsync(process.StandardOutput.BaseStream, command.Output, cancellationToken), PumpAsync(process.StandardError.BaseStream, command.Error, cancellationToken),
            process.WaitForExitAsync(cancellationToken));
        return process.ExitCode;
    }

    public ValueTask DisposeAsync() => default;

    public Task<IReadOnlyList<ServiceInfo>> GetServicesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<ServiceInstance>> GetInstancesAsync(IReadOnlyList<ServiceInfo> services, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<ServiceUsage>> GetUsageAsync(IReadOnlyList<ServiceInfo> services, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<ServiceEvent> GetEventsAsync(IReadOnlyList<ServiceInfo>? services, ServiceEventQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<LogLine> ReadLogAsync(ServiceInstance instance, LogQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task RestartAsync(ServiceInfo service, bool rolling, bool dryRun, Action<ServiceProgress> progress, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<ServiceDifference>> SetAsync(ServiceInfo service, ServiceLimits limits, bool dryRun, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<RolloutRevision>> GetHistoryAsync(ServiceInfo service, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<RolloutPlan> PlanUndoAsync(ServiceInfo service, long? toRevision, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task UndoAsync(RolloutPlan plan, bool dryRun, Action<ServiceProgress> progress, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<RolloutStatus> WatchRolloutAsync(ServiceInfo service, long? revision, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ServiceIsolation> IsolateAsync(ServiceInfo service, bool isolate, bool dryRun, CancellationToken cancellationToken) => throw new NotSupportedException();

    private static async Task PumpAsync(Stream stream, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> take, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        for (var count = await stream.ReadAsync(buffer, cancellationToken); count > 0; count = await stream.ReadAsync(buffer, cancellationToken))
        {
            await take(buffer.AsMemory(0, count), cancellationToken);
        }
    }
}
