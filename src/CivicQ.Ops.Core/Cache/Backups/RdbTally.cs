namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>Counts the entries of a snapshot.</summary>
internal sealed class RdbTally
{
    private readonly SortedDictionary<int, (long Keys, long Expiring, long Bytes)> counts = [];
    private readonly SortedSet<int> queues = [];

    /// <summary>The databases that have keys.</summary>
    public IReadOnlyList<CacheDatabaseCount> Databases => [.. counts.Select(one => new CacheDatabaseCount(one.Key, one.Value.Keys, one.Value.Expiring, one.Value.Bytes))];

    /// <summary>The databases that hold a broker's keys.</summary>
    public IReadOnlyList<int> QueueDatabases => [.. queues];

    /// <summary>How many libraries of functions there are.</summary>
    public int Functions { get; private set; }

    /// <summary>Counts one.</summary>
    public void Add(in RdbEntry entry)
    {
        if (entry.Kind == RdbEntryKind.Function)
        {
            Functions++;
        }

        if (entry.Kind != RdbEntryKind.Key)
        {
            return;
        }

        counts.TryGetValue(entry.Database, out var count);
        counts[entry.Database] = (count.Keys + 1, count.Expiring + (entry.ExpiresAt is null ? 0 : 1), count.Bytes + entry.Size);
        if (entry.Key.AsSpan().IndexOf(BrokerKeys.Binding) >= 0)
        {
            queues.Add(entry.Database);
        }
    }
}
