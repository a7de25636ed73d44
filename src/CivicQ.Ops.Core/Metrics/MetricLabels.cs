namespace CivicQ.Ops.Core.Metrics;

/// <summary>The labels of a series, ordered by name; two with the same labels are equal.</summary>
internal readonly struct MetricLabels : IEquatable<MetricLabels>
{
    private readonly KeyValuePair<string, string>[]? pairs;

    /// <summary>Takes over pairs, and orders them.</summary>
    public MetricLabels(KeyValuePair<string, string>[] pairs)
    {
        Array.Sort(pairs, static (one, other) => string.CompareOrdinal(one.Key, other.Key));
        this.pairs = pairs;
    }

    /// <summary>The pairs.</summary>
    public ReadOnlySpan<KeyValuePair<string, string>> Pairs => pairs;

    /// <summary>The value of a label; <see langword="null"/> where there is none.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var pair in Pairs)
            {
                if (string.Equals(pair.Key, name, StringComparison.Ordinal))
                {
                    return pair.Value;
                }
            }

            return null;
        }
    }

    /// <summary>The labels whose names are wanted.</summary>
    public MetricLabels Where(Func<string, bool> wanted)
    {
        var kept = (pairs ?? []).Where(pair => wanted(pair.Key)).ToArray();
        return kept.Length == Pairs.Length ? this : new MetricLabels(kept);
    }

    /// <summary>The labels as a dictionary.</summary>
    public Dictionary<string, string> ToDictionary()
    {
        var result = new Dictionary<string, string>(Pairs.Length, StringComparer.Ordinal);
        foreach (var pair in Pairs)
        {
            result[pair.Key] = pair.Value;
        }

        return result;
    }

    /// <inheritdoc/>
    public bool Equals(MetricLabels other) => Pairs.SequenceEqual(other.Pairs);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MetricLabels other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var pair in Pairs)
        {
            hash.Add(pair.Key, StringComparer.Ordinal);
            hash.Add(pair.Value, StringComparer.Ordinal);
        }

        return hash.ToHashCode();
    }
}
