using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Logs.Entries;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Services.Logs;

/// <summary>
/// Merges the logs of all instances of services in the order in which the platform took their lines, while they are read: each instance has a
/// bounded queue, and the earliest of the heads goes out. What was written before the beginning comes in exact order. While following, an entry
/// waits a quarter of a second for earlier ones of instances that are silent at the moment.
/// </summary>
/// <param name="host">Reads the logs.</param>
/// <param name="selection">Which entries.</param>
/// <param name="reporter">Hears of cuts and new instances.</param>
/// <param name="failed">Hears of logs that could not be read, or not to their end, with the instance's name. Any thread may call it.</param>
public sealed class LogMerger(IServiceHost host, LogSelection selection, IOperationReporter reporter, Action<OperationException, string> failed)
{
    private const int WaitingEntries = 20_000;
    private const int WaitingBatches = 3;
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(250);

    // So long the past of an instance that does not answer holds up the others, while following.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly MergeSignal signal = new();
    private readonly ConcurrentQueue<MergeSource> newcomers = new();
    private readonly ConcurrentDictionary<string, Task> readers = new(StringComparer.Ordinal);

    /// <summary>Reads the entries.</summary>
    /// <param name="services">The services.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The entries, as they are merged; without end where they are followed.</returns>
    /// <exception cref="OperationException">The instances could not be listed, or the expression took too long.</exception>
    public async IAsyncEnumerable<LogEntry> ReadAsync(IReadOnlyList<ServiceInfo> services, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var instances = await host.GetInstancesAsync(services, cancellationToken).ConfigureAwait(false);
        using var watch = selection.Follow ? new InstanceWatch(host, services, reporter) : null;
        Start(instances, watch, fromBeginning: false, ending.Token, cancellationToken);
        var watching = watch?.RunAsync(found => Start(found, watch, fromBeginning: true, ending.Token, cancellationToken), signal.Fail, ending.Token) ?? Task.CompletedTask;
        if (selection is { Follow: true, Until: { } until })
        {
            var left = until - DateTimeOffset.UtcNow + Window + Window;
            ending.CancelAfter(left < TimeSpan.Zero ? TimeSpan.Zero : left > TimeSpan.FromDays(24) ? TimeSpan.FromDays(24) : left);
        }

        _ = watching.ContinueWith((_, state) => ((MergeSignal)state!).Set(), signal, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        try
        {
            var queue = new PriorityQueue<MergeSource, long>();
            var waiting = new List<MergeSource>();
            while (true)
            {
                Gather(queue, waiting);
                if (queue.Count == 0 && waiting.Count == 0 && watching.IsCompleted && newcomers.IsEmpty)
                {
                    await signal.WaitAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
                    break;
                }

                if (!queue.TryPeek(out var source, out _))
                {
                    await signal.WaitAsync(null, cancellationToken).ConfigureAwait(false);
                }
                else if (waiting.Count > 0 && Delay(source, waiting) is var delay && delay > TimeSpan.Zero)
                {
                    await signal.WaitAsync(delay, cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    yield return source.Head;
                    Advance(source, queue, waiting);
                }
            }
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
            await Task.WhenAll(readers.Values).ConfigureAwait(false);
        }
    }

    private static void Advance(MergeSource source, PriorityQueue<MergeSource, long> queue, List<MergeSource> waiting)
    {
        if (source.TryAdvance())
        {
            // Replaces the head in one step.
            queue.DequeueEnqueue(source, source.Key);
        }
        else
        {
            queue.Dequeue();
            waiting.Add(source);
        }
    }

    private void Gather(PriorityQueue<MergeSource, long> queue, List<MergeSource> waiting)
    {
        while (newcomers.TryDequeue(out var source))
        {
            waiting.Add(source);
        }

        for (var i = waiting.Count - 1; i >= 0; i--)
        {
            // Completion is asked first: what came before it is there then.
            var completed = waiting[i].IsCompleted;
            if (waiting[i].TryAdvance())
            {
                queue.Enqueue(waiting[i], waiting[i].Key);
                waiting.RemoveAt(i);
            }
            else if (completed)
            {
                waiting.RemoveAt(i);
            }
        }
    }

    // How long the earliest head must still wait for the instances that have none.
    private TimeSpan Delay(MergeSource head, List<MergeSource> waiting)
    {
        var delay = Window - Stopwatch.GetElapsedTime(head.Arrived);
        foreach (var source in waiting)
        {
            if (!source.IsLive)
            {
                var patience = selection.Follow ? Patience - Stopwatch.GetElapsedTime(source.Began) : TimeSpan.FromHours(1);
                delay = patience > delay ? patience : delay;
            }
        }

        return delay;
    }

    // Instances that are new to us get a reader. One that came while we follow is read from its beginning.
    private void Start(IReadOnlyList<ServiceInstance> instances, InstanceWatch? watch, bool fromBeginning, CancellationToken reading, CancellationToken handing)
    {
        var wanted = instances.Where(instance => selection.Instance?.Invoke(instance) != false).SelectMany(Logs).ToList();
        var size = Math.Clamp(WaitingEntries / WaitingBatches / Math.Max(wanted.Count, 1), 8, 256);
        foreach (var (instance, container) in wanted)
        {
            var key = $"{instance.Id}/{container}";
            if (readers.ContainsKey(key))
            {
                continue;
            }

            if (fromBeginning)
            {
                reporter.Verbose($"Instance '{instance.Instance}' of service '{instance.Service}' is new and is followed too.");
            }

            var source = new MergeSource(WaitingBatches, signal);
            newcomers.Enqueue(source);
            var reader = new InstanceLogReader(host, instance, container, selection with { Tail = fromBeginning ? null : selection.Tail }, source, size, watch, reporter, failed);
            readers[key] = Task.Run(() => reader.RunAsync(reading, handing), CancellationToken.None);
        }

        signal.Set();
    }

    private IEnumerable<(ServiceInstance Instance, string? Container)> Logs(ServiceInstance instance) =>
        selection.Container is { } fits ? instance.Containers.Where(fits).Select(name => (instance, (string?)name)) : [(instance, null)];
}
