namespace CivicQ.Ops.Core.Database.SimpleQuery;

/// <summary>The rows of one answer, as texts.</summary>
/// <param name="Columns">The columns' names.</param>
/// <param name="Rows">The rows.</param>
internal sealed record SimpleQueryResult(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string?>> Rows)
{
    /// <summary>The rows as columns by name: which columns there are depends on the server's version.</summary>
    public IEnumerable<IReadOnlyDictionary<string, string?>> Named() =>
        Rows.Select(row => Columns.Zip(row).DistinctBy(pair => pair.First).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal));
}
