using System.Collections.Concurrent;
using Amazon.S3.Model;

namespace CivicQ.Ops.Core.Storage.Usage;

/// <summary>
/// Lists a prefix with many requests at once. Keys come in order and cannot be counted from behind, so what is left of a range is divided
/// by keys in between as long as somebody has nothing to do; where nothing lies beyond such a key, that is known after one request.
/// </summary>
internal sealed class ParallelLister(ObjectStore store, string bucket, string prefix, int workers, Action<IReadOnlyList<S3Object>> count) : IDisposable
{
    private readonly ConcurrentQueue<(string After, string? Until)> ranges = new();
    private readonly SemaphoreSlim waiting = new(0);
    private int open;
    private int idle;

    /// <summary>The number of requests.</summary>
    public int Requests { get; private set; }

    /// <summary>Lists everything; the pages come to <c>count</c>, one at a time, in no order.</summary>
    /// <exception cref="KeyOrderException">The server does not list in order: nothing that was counted is of use.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var together = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        foreach (var range in await StartAsync(together.Token).ConfigureAwait(false))
        {
            Add(range.After, range.Until);
        }

        var all = Enumerable.Range(0, workers).Select(_ => WorkAsync(together)).ToList();
        try
        {
            await Task.WhenAll(all).ConfigureAwait(false);
        }
        catch
        {
            cancellationToken.ThrowIfCancellationRequested();
            // The cause, rather than the cancellations that followed from it.
            throw all.Select(task => task.Exception?.InnerException).FirstOrDefault(error => error is not null) ?? new OperationCanceledException(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => waiting.Dispose();

    // The folders of the first level, where there are some, are good places to begin at.
    private async Task<List<(string After, string? Until)>> StartAsync(CancellationToken cancellationToken)
    {
        var page = await PageAsync(new ListObjectsV2Request { BucketName = bucket, Prefix = prefix, Delimiter = "/" }, cancellationToken).ConfigureAwait(false);
        var folders = page.CommonPrefixes ?? [];
        var cuts = folders.Skip(1).Order(KeyOrder.Instance).Where((_, i) => folders.Count <= workers * 4 || i % (folders.Count / (workers * 4)) == 0).ToList();
        var after = "";
        var found = new List<(string, string?)>();
        foreach (var cut in cuts)
        {
            found.Add((after, cut));
            after = cut;
        }

        found.Add((after, null));
        return found;
    }

    private async Task WorkAsync(CancellationTokenSource together)
    {
        try
        {
            while (true)
            {
                Interlocked.Increment(ref idle);
                await waiting.WaitAsync(together.Token).ConfigureAwait(false);
                Interlocked.Decrement(ref idle);
                if (!ranges.TryDequeue(out var range))
                {
                    return;
                }

                await ListAsync(range.After, range.Until, together.Token).ConfigureAwait(false);
                if (Interlocked.Decrement(ref open) == 0)
                {
                    // Everybody may go home.
                    waiting.Release(workers);
                }
            }
        }
        catch
        {
            await together.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task ListAsync(string after, string? until, CancellationToken cancellationToken)
    {
        while (true)
        {
            var request = new ListObjectsV2Request { BucketName = bucket, Prefix = prefix, StartAfter = after.Length > 0 ? after : null };
            var page = await PageAsync(request, cancellationToken).ConfigureAwait(false);
            var objects = page.S3Objects ?? [];
            Check(objects, after);
            var within = until is null ? objects : objects.FindAll(found => KeyOrder.Instance.Compare(found.Key, until) <= 0);
            if (within.Count > 0)
            {
                lock (ranges)
                {
                    count(within);
                }
            }

            if (page.IsTruncated != true || within.Count < objects.Count || objects.Count == 0)
            {
                return;
            }

            after = objects[^1].Key;
            until = Share(after, until);
        }
    }

    // Gives the further part of what is left to those who have nothing to do.
    private string? Share(string after, string? until)
    {
        var free = Volatile.Read(ref idle) - ranges.Count;
        if (free <= 0)
        {
            return until;
        }

        // Without an upper bound nothing that begins with the prefix is beyond its successor.
        var cuts = KeyMidpoint.Between(after, until ?? Successor(prefix), free);
        for (var i = 0; i < cuts.Count; i++)
        {
            Add(cuts[i], i + 1 < cuts.Count ? cuts[i + 1] : until);
        }

        return cuts.Count > 0 ? cuts[0] : until;
    }

    private void Add(string after, string? until)
    {
        Interlocked.Increment(ref open);
        ranges.Enqueue((after, until));
        waiting.Release();
    }

    private async Task<ListObjectsV2Response> PageAsync(ListObjectsV2Request request, CancellationToken cancellationToken)
    {
        var page = await store.Retry.RunAsync(bucket, attempt => store.Client.ListObjectsV2Async(request, attempt.Token), cancellationToken).ConfigureAwait(false);
        lock (ranges)
        {
            Requests++;
        }

        return page;
    }

    private static void Check(List<S3Object> objects, string after)
    {
        var before = after;
        foreach (var found in objects)
        {
            if (KeyOrder.Instance.Compare(before, found.Key) >= 0)
            {
                throw new KeyOrderException();
            }

            before = found.Key;
        }
    }

    private static string? Successor(string prefix) => prefix.Length > 0 && prefix[^1] < '~' ? prefix[..^1] + (char)(prefix[^1] + 1) : null;
}
