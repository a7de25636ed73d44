using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Services.Logs;

/// <summary>Lists the instances of services again and again while their logs are followed, at once where a log has ended.</summary>
/// <param name="host">Lists them.</param>
/// <param name="services">The services.</param>
/// <param name="reporter">Hears when the platform does not answer, and when it does again.</param>
internal sealed class InstanceWatch(IServiceHost host, IReadOnlyList<ServiceInfo> services, IOperationReporter reporter) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(200);
    private readonly SemaphoreSlim hurry = new(0);
    private readonly object guard = new();
    private TaskCompletionSource<IReadOnlyDictionary<string, ServiceInstance>> upcoming = NewListing();

    /// <summary>Lists until it is cancelled.</summary>
    /// <param name="listed">Gets each listing.</param>
    /// <param name="failed">Gets what listing again cannot mend.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <returns>The watch; never fails.</returns>
    public async Task RunAsync(Action<IReadOnlyList<ServiceInstance>> listed, Action<Exception> failed, CancellationToken cancellationToken)
    {
        TaskCompletionSource<IReadOnlyDictionary<string, ServiceInstance>>? asked = null;
        try
        {
            while (true)
            {
                await hurry.WaitAsync(Interval, cancellationToken).ConfigureAwait(false);
                await Task.Delay(Shortest, cancellationToken).ConfigureAwait(false);
                while (hurry.Wait(0, CancellationToken.None))
                {
                    // One listing answers all who hurry.
                }

                asked = Exchange();
                var instances = await ListAsync(cancellationToken).ConfigureAwait(false);
                listed(instances);
                asked.TrySetResult(instances.GroupBy(instance => instance.Id, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
        catch (Exception error)
        {
            failed(error);
        }
        finally
        {
            lock (guard)
            {
                upcoming.TrySetCanceled(CancellationToken.None);
                asked?.TrySetCanceled(CancellationToken.None);
            }
        }
    }

    /// <summary>The instances by identifier, of a listing that begins after this call.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The listing; waits as long as the platform does not answer.</returns>
    public Task<IReadOnlyDictionary<string, ServiceInstance>> NextAsync(CancellationToken cancellationToken)
    {
        Task<IReadOnlyDictionary<string, ServiceInstance>> next;
        lock (guard)
        {
            next = upcoming.Task;
        }

        return next.WaitAsync(cancellationToken);
    }

    /// <summary>Has the next listing made soon.</summary>
    public void Hurry() => hurry.Release();

    /// <inheritdoc/>
    public void Dispose() => hurry.Dispose();

    private TaskCompletionSource<IReadOnlyDictionary<string, ServiceInstance>> Exchange()
    {
        lock (guard)
        {
            var asked = upcoming;
            upcoming = NewListing();
            return asked;
        }
    }

    // Once the platform is away the listing is tried until it is back: who waits for it waits for that.
    private async Task<IReadOnlyList<ServiceInstance>> ListAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var instances = await host.GetInstancesAsync(services, cancellationToken).ConfigureAwait(false);
                if (attempt > 0)
                {
                    reporter.Warning($"{host.Address} answers again; the logs go on where they were.");
                }

                return instances;
            }
            catch (Exception error) when (LogFailure.IsPassing(error) && !cancellationToken.IsCancellationRequested)
            {
                if (attempt == 0)
                {
                    reporter.Warning($"{error.Message} The logs go on when {host.Address} answers again.");
                }

                await Task.Delay(Interval, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static TaskCompletionSource<IReadOnlyDictionary<string, ServiceInstance>> NewListing() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
