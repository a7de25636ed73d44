using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Operations;
using Npgsql;

namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>
/// One maintenance run: workers over a queue, one connection that leads. However it ends, no statement runs on, the advisory lock is let go,
/// and no invalid index stays behind, unless somebody else has it locked; then it is named.
/// </summary>
/// <param name="server">The server.</param>
/// <param name="control">The leading connection.</param>
/// <param name="environment">The environment's name.</param>
/// <param name="limits">Time-outs and their like.</param>
/// <param name="reporter">Where it speaks.</param>
internal sealed class MaintenanceRun(MaintenanceServer server, MaintenanceControl control, string environment, MaintenanceLimits limits, IOperationReporter reporter)
{
    private static readonly TimeSpan CleaningTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookingTime = TimeSpan.FromSeconds(10);
    private readonly IndexCleaner cleaner = new(limits);
    private int skipped;

    /// <summary>Works.</summary>
    /// <param name="activity">What is done, for the progress bar.</param>
    /// <param name="items">The work.</param>
    /// <param name="closing">A statement to run once at the end; may be <see langword="null"/>.</param>
    /// <param name="write">Takes each result as it comes; called by several workers at once.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="OperationException"><c>MaintenanceAlreadyRunning</c>, or no connection could be made.</exception>
    public async Task RunAsync(
        string activity, IReadOnlyList<MaintenanceItem> items, string? closing, Func<MaintenanceResult, CancellationToken, ValueTask> write, CancellationToken cancellationToken)
    {
        await control.LockAsync(limits.ReconnectTimeout, cancellationToken).ConfigureAwait(false);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var watchEnding = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var monitor = new MaintenanceMonitor(activity, items, reporter);
        var queue = new MaintenanceQueue(items);
        List<MaintenanceWorker> workers =
            [.. Enumerable.Range(0, Math.Clamp(limits.Parallel, 1, Math.Max(1, items.Count))).Select(_ => new MaintenanceWorker(server, environment, control.Database, limits, monitor, cleaner))];
        var watching = WatchAsync(monitor, ending, watchEnding.Token);
        try
        {
            var works = workers.ConvertAll(worker => WorkAsync(worker, queue, write, ending));
            var failures = (await Task.WhenAll(works).ConfigureAwait(false)).OfType<OperationException>().ToList();
            if (failures.Count == workers.Count)
            {
                throw failures[0];
            }

            if (failures.Count > 0)
            {
                reporter.Warning($"Of {workers.Count} connections {failures.Count} could not be opened; the others did the work: {failures[0].Message}");
            }

            if (closing is not null)
            {
                await CloseAsync(workers, closing, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && watching.IsFaulted)
        {
            // Without its leading connection and lock the run had to end.
            await watching.ConfigureAwait(false);
            throw;
        }
        finally
        {
            await watchEnding.CancelAsync().ConfigureAwait(false);
            await watching.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).ConfigureAwait(false);
            await CleanUpAsync(workers).ConfigureAwait(false);
            monitor.Complete();
        }

        if (skipped > 0)
        {
            reporter.Warning($"{skipped} of {items.Count} were skipped on {server.Address}; each result's Reason says why.");
        }
    }

    // All is done already, whatever becomes of this.
    private async Task CloseAsync(List<MaintenanceWorker> workers, string closing, CancellationToken cancellationToken)
    {
        try
        {
            if (workers.Find(worker => worker.Open is not null) is { } worker)
            {
                await worker.ExecuteAsync(closing, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (NpgsqlException error)
        {
            reporter.Warning($"The tables are done; {closing} on {server.Address} was not: {error.Message}");
        }
    }

    private async Task WatchAsync(MaintenanceMonitor monitor, CancellationTokenSource ending, CancellationToken cancellationToken)
    {
        try
        {
            await monitor.WatchAsync(control, limits.ReconnectTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Without the lock a second run could begin beside this one.
            await ending.CancelAsync().ConfigureAwait(false);
            if (error is NpgsqlException)
            {
                throw DatabaseConnector.Translate(error, server.Address);
            }

            throw;
        }
    }

    // Gives what kept a worker from beginning; where it had begun, its failure ends all.
    private async Task<OperationException?> WorkAsync(
        MaintenanceWorker worker, MaintenanceQueue queue, Func<MaintenanceResult, CancellationToken, ValueTask> write, CancellationTokenSource ending)
    {
        try
        {
            await worker.OpenAsync(ending.Token).ConfigureAwait(false);
        }
        catch (OperationException error)
        {
            return error;
        }

        try
        {
            await worker.RunAsync(queue, WriteAsync, ending.Token).ConfigureAwait(false);
            return null;
        }
        catch
        {
            await ending.CancelAsync().ConfigureAwait(false);
            throw;
        }

        ValueTask WriteAsync(MaintenanceResult result, CancellationToken token)
        {
            if (result.Outcome == MaintenanceOutcome.Skipped)
            {
                Interlocked.Increment(ref skipped);
            }

            return write(result, token);
        }
    }

    private async Task CleanUpAsync(List<MaintenanceWorker> workers)
    {
        using var time = new CancellationTokenSource(CleaningTime + LookingTime);
        try
        {
            var lost = workers.Select(worker => worker.Lost).OfType<MaintenanceBackend>().ToList();
            if (cleaner.IsNeeded || lost.Count > 0)
            {
                await CleanUpAsync(workers, lost, time.Token).ConfigureAwait(false);
            }

            await control.UnlockAsync(time.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationException or NpgsqlException or OperationCanceledException)
        {
            var where = cleaner.IsNeeded ? $"An invalid index may be left on {cleaner.Tables}; " : "";
            reporter.Warning($"What was begun on {server.Address} could not be cleaned up: {error.Message} {where}Invoke-CivicQReindex -InvalidOnly finds what is left.");
        }
        finally
        {
            await DisposeAsync(workers).ConfigureAwait(false);
        }
    }

    // By a connection that is open: the server, or the role, may have none to spare.
    private async Task CleanUpAsync(List<MaintenanceWorker> workers, IReadOnlyList<MaintenanceBackend> lost, CancellationToken cancellationToken)
    {
        if (workers.Select(worker => worker.Open).OfType<MaintenanceConnection>().FirstOrDefault() is { } open)
        {
            try
            {
                await FinishAsync(open).ConfigureAwait(false);
                return;
            }
            catch (Exception error) when (error is NpgsqlException or InvalidOperationException && !open.IsOpen)
            {
                reporter.Verbose($"The connection was lost while what is left was cleaned up ({error.Message}); connecting again.");
            }
        }

        await DisposeAsync(workers).ConfigureAwait(false);
        await using var connection = await Reconnection.OpenAsync(
            token => server.OpenAsync(limits.EffectiveLockTimeout, null, token), limits.ReconnectTimeout, cancellationToken).ConfigureAwait(false);
        await FinishAsync(connection).ConfigureAwait(false);

        async Task FinishAsync(MaintenanceConnection one)
        {
            foreach (var backend in lost)
            {
                await backend.EndAsync(one.Inner, cancellationToken).ConfigureAwait(false);
            }

            await cleaner.FinishAsync(one, reporter, CleaningTime, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task DisposeAsync(List<MaintenanceWorker> workers)
    {
        foreach (var worker in workers)
        {
            await worker.DisposeAsync().ConfigureAwait(false);
        }
    }
}
