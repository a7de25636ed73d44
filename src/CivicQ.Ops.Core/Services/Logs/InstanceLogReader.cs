using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Logs.Entries;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Services.Logs;

/// <summary>
/// Reads the log of one instance for the merger: first what is there, then, while following, what comes; over cut connections, restarts of
/// the container and restarts of the platform, without dropping or repeating a line.
/// </summary>
/// <param name="host">Reads the log.</param>
/// <param name="instance">The instance.</param>
/// <param name="container">The container; the main one without it.</param>
/// <param name="selection">Which entries.</param>
/// <param name="output">Takes the entries.</param>
/// <param name="batchSize">How many entries travel together at most.</param>
/// <param name="watch">Knows what became of the instance; only while following.</param>
/// <param name="reporter">Hears of cuts.</param>
/// <param name="failed">Hears of a log that could not be read to its end.</param>
internal sealed class InstanceLogReader(
    IServiceHost host, ServiceInstance instance, string? container, LogSelection selection, MergeSource output, int batchSize, InstanceWatch? watch,
    IOperationReporter reporter, Action<OperationException, string> failed)
{
    // How many lines of the end are looked at after a cut, before the whole log is searched for the place.
    private const int LinesOfOverlap = 1000;
    private const int MostAttempts = 6;

    // So long the last entry waits for a line that belongs to it.
    private static readonly TimeSpan JoinWait = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly EntryAssembler assembler = new(new EntrySource(instance.Environment, instance.Service, instance.Instance, container));
    private readonly LogPosition position = new(selection.Tail is not null);
    private readonly List<LogEntry> finished = [];
    private List<LogEntry> batch = new(batchSize);
    private long taken;
    private long resumedAt = -1;
    private bool live;
    private CancellationToken handingOver;

    /// <summary>Reads until the log ends or, while following, until the instance is gone.</summary>
    /// <param name="reading">Ends the reading.</param>
    /// <param name="handing">Ends the handing over too.</param>
    /// <returns>The reading; never fails.</returns>
    public async Task RunAsync(CancellationToken reading, CancellationToken handing)
    {
        Exception? fatal = null;
        handingOver = handing;
        try
        {
            await BacklogAsync(reading).ConfigureAwait(false);
            if (selection is { Follow: true, Previous: false })
            {
                live = true;
                output.GoLive();
                await LiveAsync(reading).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (reading.IsCancellationRequested)
        {
        }
        catch (OperationException error) when (error.Definition == LogErrors.PatternTooSlow)
        {
            fatal = error;
        }
        catch (Exception error) when (error is OperationException || LogFailure.IsPassing(error))
        {
            failed(LogFailure.Of(error, instance.Instance), instance.Instance);
        }
        catch (Exception error)
        {
            fatal = error;
        }
        finally
        {
            await EndAsync().ConfigureAwait(false);
            output.Complete(fatal);
        }
    }

    private async Task EndAsync()
    {
        try
        {
            Flush();
            await HandOverAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (handingOver.IsCancellationRequested)
        {
        }
        catch (OperationException)
        {
            // The expression is too slow for the last entry as well.
        }
    }

    // What is there at the beginning. -Tail 0 wants none of it, and must know where it ends all the same.
    private async Task BacklogAsync(CancellationToken cancellationToken)
    {
        var skip = selection.Tail == 0;
        if (skip && !selection.Follow)
        {
            return;
        }

        var query = new LogQuery
        {
            Since = selection.Since, Until = selection.Until, Tail = skip ? 64 : selection.Tail, Container = container, Previous = selection.Previous,
        };
        for (var (attempt, before) = (1, 0L); ; attempt++)
        {
            try
            {
                if (position.Floor is null)
                {
                    await DrainAsync(query, skip, null, cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    await ResumeAsync(query with { Tail = null }, cancellationToken).ConfigureAwait(false);
                }

                Flush();
                return;
            }
            catch (Exception error) when (LogFailure.IsAbsent(error) && (selection.Follow || instance.State == ServiceInstanceState.Pending))
            {
                reporter.Verbose($"'{instance.Instance}' has no log yet: {error.Message}");
                return;
            }
            catch (Exception error) when (LogFailure.IsPassing(error) && attempt < MostAttempts && !cancellationToken.IsCancellationRequested)
            {
                reporter.Verbose($"The log of '{instance.Instance}' was cut ({error.Message}) and is read on from where it was.");
                (attempt, before) = taken > before ? (0, taken) : (attempt, before);
                await Task.Delay(Pause(attempt + 1), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task LiveAsync(CancellationToken cancellationToken)
    {
        var query = new LogQuery { Since = selection.Since, Container = container, Follow = true };
        var (restarts, started) = (instance.Restarts, instance.StartedAt);
        for (var failures = 0; ;)
        {
            var before = taken;
            var cut = false;
            try
            {
                await ResumeAsync(query, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when ((LogFailure.IsPassing(error) || LogFailure.IsAbsent(error)) && !cancellationToken.IsCancellationRequested)
            {
                cut = !LogFailure.IsAbsent(error);
                reporter.Verbose($"The log of '{instance.Instance}' was cut ({error.Message}) and is read on from where it was.");
            }

            failures = taken > before ? 0 : failures + 1;
            if (!cut || failures > 1)
            {
                Flush();
            }

            await HandOverAsync().ConfigureAwait(false);
            if (await BackAsync(cut, started, restarts, cancellationToken).ConfigureAwait(false) is not { } now)
            {
                reporter.Verbose($"Instance '{instance.Instance}' is gone.");
                return;
            }

            if (now.Platform == ServicePlatform.Kubernetes && now.Restarts > restarts)
            {
                await PreviousAsync(cancellationToken).ConfigureAwait(false);
            }

            (restarts, started) = (now.Restarts, now.StartedAt);
            await Task.Delay(failures > 0 ? Pause(failures) : TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        }
    }

    // Waits until the instance may have more to say: it runs, or has run again since. Nothing where it is gone.
    private async Task<ServiceInstance?> BackAsync(bool cut, DateTimeOffset? started, int restarts, CancellationToken cancellationToken)
    {
        watch!.Hurry();
        while (true)
        {
            var instances = await watch.NextAsync(cancellationToken).ConfigureAwait(false);
            if (!instances.TryGetValue(instance.Id, out var now))
            {
                return null;
            }

            if (cut || now.State is ServiceInstanceState.Running or ServiceInstanceState.Unknown or ServiceInstanceState.Paused || now.StartedAt != started || now.Restarts != restarts)
            {
                return now;
            }
        }
    }

    // What the container wrote between the cut and its end is only with its previous run.
    private async Task PreviousAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ResumeAsync(new LogQuery { Since = selection.Since, Container = container, Previous = true }, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (LogFailure.IsAbsent(error) || LogFailure.IsPassing(error))
        {
            cancellationToken.ThrowIfCancellationRequested();
            reporter.Warning($"What '{instance.Instance}' wrote last before its restart may be missing: {error.Message}");
        }
    }

    // Reads on from the position: from the last lines where they reach back to it, so that a long log is not searched from its beginning.
    private async Task ResumeAsync(LogQuery query, CancellationToken cancellationToken)
    {
        if (position.Floor is not { } floor)
        {
            await DrainAsync(query, skip: false, null, cancellationToken).ConfigureAwait(false);
            return;
        }

        // Not twice in a row without gain: a connection that is cut after so many lines would never get beyond them.
        position.Resume();
        var fromEnd = taken != resumedAt;
        resumedAt = taken;
        if (!fromEnd || !await DrainAsync(query with { Since = null, Tail = LinesOfOverlap }, skip: false, floor, cancellationToken).ConfigureAwait(false))
        {
            await DrainAsync(query with { Since = floor }, skip: false, null, cancellationToken).ConfigureAwait(false);
        }
    }

    // False, with nothing taken, where the first line is not before the moment that the lines must reach back to.
    private async Task<bool> DrainAsync(LogQuery query, bool skip, DateTimeOffset? mustReach, CancellationToken cancellationToken)
    {
        using var own = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var lines = host.ReadLogAsync(instance, query, own.Token).GetAsyncEnumerator(own.Token);
        await using var closing = lines.ConfigureAwait(false);
        while (true)
        {
            var next = lines.MoveNextAsync();
            if (!(next.IsCompleted ? await next.ConfigureAwait(false) : await WaitAsync(next.AsTask(), own).ConfigureAwait(false)))
            {
                return mustReach is null;
            }

            var line = lines.Current;
            if (mustReach is { } moment && line.Time >= moment)
            {
                return false;
            }

            mustReach = null;
            if (!position.TryTake(line) || skip)
            {
                continue;
            }

            taken++;
            assembler.Add(line, finished);
            Sort();
            if (batch.Count >= batchSize)
            {
                await HandOverAsync().ConfigureAwait(false);
            }
        }
    }

    // Nothing is there at the moment: what was read goes out, and after a while also what might have gone on.
    private async Task<bool> WaitAsync(Task<bool> line, CancellationTokenSource reading)
    {
        try
        {
            await HandOverAsync().ConfigureAwait(false);
            if (live && assembler.HasOpen && await Task.WhenAny(line, Task.Delay(JoinWait, reading.Token)).ConfigureAwait(false) != line && !reading.IsCancellationRequested)
            {
                Flush();
                await HandOverAsync().ConfigureAwait(false);
            }
        }
        catch
        {
            // What is being read must have ended before it is closed.
            await reading.CancelAsync().ConfigureAwait(false);
            await ((Task)line).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        return await line.ConfigureAwait(false);
    }

    private void Flush()
    {
        assembler.Flush(finished);
        Sort();
    }

    private void Sort()
    {
        foreach (var entry in finished)
        {
            if (selection.Fits(entry))
            {
                batch.Add(entry);
            }
        }

        finished.Clear();
    }

    private async ValueTask HandOverAsync()
    {
        if (batch.Count > 0)
        {
            var full = batch;
            batch = new List<LogEntry>(batchSize);
            await output.WriteAsync(full, handingOver).ConfigureAwait(false);
        }
    }

    private static TimeSpan Pause(int attempt)
    {
        var pause = TimeSpan.FromMilliseconds(100 * Math.Pow(2, Math.Min(attempt, 10) - 1));
        return pause < LongestPause ? pause : LongestPause;
    }
}
