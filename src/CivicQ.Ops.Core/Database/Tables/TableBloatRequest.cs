namespace CivicQ.Ops.Core.Database.Tables;

/// <summary>Of which tables, and how, bloat is to be found out.</summary>
public sealed record TableBloatRequest
{
    /// <summary>Another database of the environment's server.</summary>
    public string? Database { get; init; }

    /// <summary>Schemas' names with wildcards; <see langword="null"/> for all but the server's own.</summary>
    public IReadOnlyList<string>? Schemas { get; init; }

    /// <summary>Tables' names with wildcards; <see langword="null"/> for all.</summary>
    public IReadOnlyList<string>? Tables { get; init; }

    /// <summary>
    /// How; <see langword="null"/> for the best that there is: with pgstattuple exact, and approximate from
    /// <see cref="ApproximateFromBytes"/> on; without it an estimate.
    /// </summary>
    public TableBloatMethod? Method { get; init; }

    /// <summary>From which size on a table is not read whole unless <see cref="Method"/> asks for it: 128 MiB.</summary>
    public long ApproximateFromBytes { get; init; } = 128L << 20;
}
