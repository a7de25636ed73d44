using System.Collections.Concurrent;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Logs.Entries;

namespace CivicQ.Ops.Core.Services.Logs;

/// <summary>Counts the errors that the services of an environment logged since a moment.</summary>
public static class RecentServiceErrors
{
    private const int AtOnce = 8;

    /// <summary>Counts.</summary>
    /// <param name="host">Reads the logs.</param>
    /// <param name="since">The moment.</param>
    /// <param name="allowed">How long the counting may take; what was counted by then is given, and marked as incomplete.</param>
    /// <param name="cancellationToken">Ends the counting.</param>
    /// <returns>The counts.</returns>
    /// <exception cref="OperationException">The services or their instances could not be listed.</exception>
    public static async Task<ServiceErrorCount> CountAsync(IServiceHost host, DateTimeOffset since, TimeSpan allowed, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(allowed);
        var counts = new ConcurrentBag<Tally>();
        var unreadable = new ConcurrentBag<string>();
        try
        {
            var services = await host.GetServicesAsync(limit.Token).ConfigureAwait(false);
            var instances = await host.GetInstancesAsync(services, limit.Token).ConfigureAwait(false);
            await Parallel.ForEachAsync(instances, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = limit.Token }, async (instance, token) =>
            {
                var tally = new Tally(instance.Service);
                counts.Add(tally);
                try
                {
                    await CountAsync(host, instance, since, tally, token).ConfigureAwait(false);
                }
                catch (Exception error) when (LogFailure.IsAbsent(error))
                {
                    // It never wrote anything.
                }
                catch (Exception error) when ((error is OperationException || LogFailure.IsPassing(error)) && !token.IsCancellationRequested)
                {
                    unreadable.Add($"{instance.Instance}: {error.Message}");
                }
            }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Sum(counts, unreadable, complete: false);
        }

        return Sum(counts, unreadable, complete: true);
    }

    private static async Task CountAsync(IServiceHost host, ServiceInstance instance, DateTimeOffset since, Tally tally, CancellationToken cancellationToken)
    {
        var assembler = new EntryAssembler(new EntrySource(instance.Environment, instance.Service, instance.Instance));
        var finished = new List<LogEntry>();
        try
        {
            await foreach (var line in host.ReadLogAsync(instance, new LogQuery { Since = since }, cancellationToken).ConfigureAwait(false))
            {
                assembler.Add(line, finished);
                tally.Add(finished);
            }
        }
        finally
        {
            assembler.Flush(finished);
            tally.Add(finished);
        }
    }

    private static ServiceErrorCount Sum(IReadOnlyCollection<Tally> tallies, IReadOnlyCollection<string> unreadable, bool complete) => new()
    {
        Entries = tallies.Sum(tally => tally.Entries),
        Errors = tallies.Sum(tally => tally.Errors),
        Requests = tallies.Sum(tally => tally.Requests),
        FailedRequests = tallies.Sum(tally => tally.FailedRequests),
        Latest = tallies.Max(tally => tally.Latest),
        ErrorsByService =
        [
            .. tallies.GroupBy(tally => tally.Service, StringComparer.Ordinal).Select(group => KeyValuePair.Create(group.Key, group.Sum(tally => tally.Errors)))
                .Where(pair => pair.Value > 0).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal),
        ],
        IsComplete = complete,
        Unreadable = [.. unreadable.Order(StringComparer.Ordinal)],
    };

    private sealed class Tally(string service)
    {
        public string Service => service;

        public long Entries { get; private set; }

        public long Errors { get; private set; }

        public long Requests { get; private set; }

        public long FailedRequests { get; private set; }

        public DateTimeOffset? Latest { get; private set; }

        public void Add(List<LogEntry> entries)
        {
            foreach (var entry in entries)
            {
                var failed = entry.Level >= LogEntryLevel.Error;
                if (entry.IsRequest)
                {
                    Requests++;
                    FailedRequests += failed ? 1 : 0;
                }
                else
                {
                    Entries++;
                    Errors += failed ? 1 : 0;
                }

                Latest = failed && (Latest is null || entry.Time > Latest) ? entry.Time : Latest;
            }

            entries.Clear();
        }
    }
}
