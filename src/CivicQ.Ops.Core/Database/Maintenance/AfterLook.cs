using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;

namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>
/// Measures tables after the work on them. Small tables are done faster than they are asked about, so those of one moment are asked about
/// together; a result waits for a tenth of a second at most, and for no other worker.
/// </summary>
/// <param name="write">Takes the results.</param>
internal sealed class AfterLook(Func<MaintenanceResult, CancellationToken, ValueTask> write)
{
    private const string Question = """
        SELECT t, pg_catalog.pg_total_relation_size(t::regclass), pg_catalog.pg_stat_get_dead_tuples(t) FROM unnest($1::oid[]) AS t
        """;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(100);

    private readonly List<(uint Table, MaintenanceResult Result)> waiting = [];
    private long last = Stopwatch.GetTimestamp();

    /// <summary>True when the results that wait should wait no longer.</summary>
    public bool IsDue => waiting.Count > 0 && Stopwatch.GetElapsedTime(last) >= LongestWait;

    /// <summary>Takes the result of work on a table that is done.</summary>
    public void Add(MaintenanceItem item, MaintenanceResult result) => waiting.Add((item.TableId, result));

    /// <summary>Measures, and gives the results on; those that cannot be measured without their figures.</summary>
    /// <param name="open">The worker's connection; may be broken, or not there.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task FlushAsync(MaintenanceConnection? open, CancellationToken cancellationToken)
    {
        if (waiting.Count == 0)
        {
            return;
        }

        Dictionary<uint, (long? Bytes, long? Dead)> figures = [];
        if (open is { IsOpen: true } && !await AskAsync(open.Inner, [.. waiting.Select(one => one.Table)], figures, cancellationToken).ConfigureAwait(false))
        {
            // Somebody has locked one of them, and asking for a size takes a lock: each by itself, then.
            foreach (var (table, _) in waiting)
            {
                await AskAsync(open.Inner, [table], figures, cancellationToken).ConfigureAwait(false);
            }
        }

        foreach (var (table, result) in waiting)
        {
            var (bytes, dead) = figures.GetValueOrDefault(table);
            await write(result with { BytesAfter = bytes, DeadTuplesAfter = dead }, cancellationToken).ConfigureAwait(false);
        }

        waiting.Clear();
        last = Stopwatch.GetTimestamp();
    }

    private static async Task<bool> AskAsync(
        NpgsqlConnection connection, uint[] tables, Dictionary<uint, (long? Bytes, long? Dead)> figures, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = new NpgsqlCommand(Question, connection) { Parameters = { new() { Value = tables, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Oid } } };
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                figures[reader.GetFieldValue<uint>(0)] = (reader.Value<long>(1), reader.Value<long>(2));
            }

            return true;
        }
        catch (NpgsqlException)
        {
            // The work is done all the same, and said so.
            return false;
        }
    }
}
