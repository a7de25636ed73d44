using CivicQ.Ops.Core.Naming;

namespace CivicQ.Ops.Core.Database.Tables;

/// <summary>Says what is to be done about a table's bloat.</summary>
internal static class TableBloatJudge
{
    // VACUUM FULL locks the table and writes it anew: only where that gives back what is worth it. The shares of plain VACUUM and of
    // changed rows are half of autovacuum's own, so that an operator sees a table before it is late.
    private const double FullFromRatio = 0.5;
    private const long FullFromBytes = 100L << 20;
    private const double VacuumFromRatio = 0.1;
    private const long VacuumFromTuples = 1000;

    /// <summary>Adds the shares and the remedy.</summary>
    /// <param name="bloat">The table.</param>
    /// <returns>The whole record.</returns>
    public static DatabaseTableBloat Judge(DatabaseTableBloat bloat)
    {
        var all = bloat.LiveTuples + bloat.DeadTuples;
        var judged = bloat with
        {
            BloatRatio = bloat.SizeBytes > 0 ? Math.Clamp((double)bloat.BloatBytes / bloat.SizeBytes, 0, 1) : 0,
            DeadTupleRatio = all > 0 ? (double)bloat.DeadTuples / all : 0,
        };
        return judged with { Remedy = Command(judged) is { } command ? $"{command} -Table {CommandText.Wildcard(bloat.Table)} -Schema {CommandText.Wildcard(bloat.Schema)} -Database {CommandText.Argument(bloat.Database)} -Environment {CommandText.Argument(bloat.Environment)}" : "" };
    }

    private static string? Command(DatabaseTableBloat bloat) =>
        bloat is { IsReliable: true, BloatRatio: >= FullFromRatio, BloatBytes: >= FullFromBytes } ? "Invoke-CivicQVacuum -Full -Analyze"
        : bloat is { DeadTupleRatio: >= VacuumFromRatio, DeadTuples: >= VacuumFromTuples } ? "Invoke-CivicQVacuum -Analyze"
        : bloat is { IsReliable: false, LiveTuples: > 0 } ? "Update-CivicQStatistics"
        : null;
}
