using System.Globalization;
using CivicQ.Ops.Core.Database.Tables;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.Drills.Database;

/// <summary>A table that autovacuum does not look after is full of dead rows.</summary>
public sealed class DeadTuplesDrill : DatabaseDrill
{
    private const string Table = "notifications";
    private const double Limit = 0.1;

    // Of its own: nothing that the lab has is bloated, and it can be taken away again.
    private const string Create = """
        CREATE TABLE notifications (id bigserial PRIMARY KEY, user_id integer NOT NULL, body text NOT NULL, read_at timestamptz) WITH (autovacuum_enabled = false, toast.autovacuum_enabled = false);
        GRANT SELECT, INSERT, UPDATE, DELETE ON notifications TO civicq_api;
        INSERT INTO notifications (user_id, body) SELECT 1 + i % 2000, 'Your question was answered: ' || repeat(md5(i::text), 3) FROM generate_series(1, 20000) i
        """;

    /// <inheritdoc/>
    public override DrillDescription Description { get; } = new()
    {
        Name = "DeadTuples",
        Symptom = "Notifications load more and more slowly, and the database grows.",
        Injection = $"makes the table {Table} with autovacuum off, and updates its 20,000 rows three times",
        Hint = "Get-CivicQTableBloat",
        Remedy = "Get-CivicQTableBloat -Environment lab | Where-Object DeadTupleRatio -ge 0.1 | Invoke-CivicQVacuum -Analyze",
        RemedyCmdlets = ["Invoke-CivicQVacuum"],
        RemedyTrace = Table,
        Source = "manual, Database Maintenance: bloat",
    };

    /// <inheritdoc/>
    public override Task InjectAsync(DrillContext context, CancellationToken cancellationToken)
    {
        // In one transaction, so that none of the dead rows is cleared away in passing.
        const string Update = "UPDATE notifications SET read_at = now()";
        return RunAsync(context, cancellationToken, Create, "ANALYZE notifications", "BEGIN", Update, Update, Update, "COMMIT");
    }

    /// <inheritdoc/>
    public override async Task<DrillSighting> LookAsync(DrillContext context, CancellationToken cancellationToken)
    {
        var request = new TableBloatRequest { Tables = [Table], Method = TableBloatMethod.Estimate };
        var bloat = await FirstAsync(TableBloatReader.ReadAsync(context.Environment, request, cancellationToken), row => row.Table == Table, cancellationToken).ConfigureAwait(false);
        return bloat is null
            ? new DrillSighting(false, $"The table {Table} is not there.")
            : new DrillSighting(bloat.DeadTupleRatio >= Limit, string.Create(
                CultureInfo.InvariantCulture, $"{bloat.DeadTuples} dead rows in {bloat.Schema}.{Table} ({Measure.Format(bloat.DeadTupleRatio, MeasureUnit.Ratio)}), {Measure.Bytes(bloat.SizeBytes)}."));
    }

    /// <inheritdoc/>
    public override Task ClearAsync(DrillContext context, CancellationToken cancellationToken) =>
        UndoAsync(context, "DROP TABLE IF EXISTS notifications", cancellationToken);
}
