namespace CivicQ.Ops.Sessions;

/// <summary>The buckets and prefixes that this session's cmdlets have seen, for completion: no completer asks a server. Any thread may note.</summary>
internal sealed class KnownStorage
{
    // A bucket of many folders must not make a session grow for ever.
    private const int Most = 5_000;
    private readonly object gate = new();
    private readonly SortedSet<string> buckets = new(StringComparer.Ordinal);
    private readonly SortedSet<(string Prefix, string Bucket)> prefixes = [];

    /// <summary>The buckets.</summary>
    public IReadOnlyList<string> Buckets
    {
        get
        {
            lock (gate)
            {
                return [.. buckets];
            }
        }
    }

    /// <summary>The prefixes, each with its bucket.</summary>
    public IReadOnlyList<(string Prefix, string Bucket)> Prefixes
    {
        get
        {
            lock (gate)
            {
                return [.. prefixes];
            }
        }
    }

    /// <summary>Remembers a prefix of a bucket.</summary>
    public void Note(string bucket, string prefix)
    {
        lock (gate)
        {
            if (buckets.Count < Most && prefixes.Count < Most)
            {
                buckets.Add(bucket);
                if (prefix.Length > 0)
                {
                    prefixes.Add((prefix, bucket));
                }
            }
        }
    }
}
