using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Naming;
using Npgsql;
using NpgsqlTypes;

namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>Plans the rebuilding of indexes, one by one, and the removal of what earlier failures left behind.</summary>
public static class ReindexPlanner
{
    // The size of an index that is locked is not asked: asking takes a lock.
    private const string Question = TableCatalogue.Meant + """
         SELECT i.indrelid, n.nspname::text, t.relname::text, i.indexrelid, c.relname::text,
               CASE WHEN NOT $6 OR i.indrelid IN (SELECT relation FROM locked) OR i.indexrelid IN (SELECT relation FROM locked) THEN NULL
                    ELSE pg_catalog.pg_relation_size(i.indexrelid) END,
               c.relpages::bigint * current_setting('block_size')::bigint,
               i.indisvalid, i.indisexclusion, n.nspname = 'pg_catalog',
               CASE WHEN c.relispartition THEN ARRAY(
                   SELECT ARRAY[pn.nspname::text, pt.relname::text, px.relname::text]
                   FROM pg_catalog.pg_partition_ancestors(c.oid) a
                   JOIN pg_catalog.pg_index pi ON pi.indexrelid = a.relid JOIN pg_catalog.pg_class px ON px.oid = a.relid
                   JOIN pg_catalog.pg_class pt ON pt.oid = pi.indrelid JOIN pg_catalog.pg_namespace pn ON pn.oid = px.relnamespace
                   WHERE a.relid <> c.oid) END
        FROM meant JOIN pg_catalog.pg_index i ON i.indrelid = meant.oid
        JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
        JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'i'
        """;

    /// <summary>Plans it.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="database">The database; the environment's own where this is <see langword="null"/>.</param>
    /// <param name="targets">Which tables, or which indexes.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The plan; the caller disposes of it.</returns>
    /// <exception cref="OperationException">One of <see cref="MaintenanceErrors"/> or <see cref="DatabaseErrors"/>.</exception>
    public static Task<MaintenancePlan> PlanAsync(
        EnvironmentContext context, string? database, IReadOnlyList<MaintenanceTarget> targets, ReindexOptions options, CancellationToken cancellationToken) =>
        MaintenancePlan.MakeAsync(
            context, database,
            async (server, control) =>
            {
                var connection = control.Connection.Inner;
                var indexes = await ListAsync(connection, targets, options, cancellationToken).ConfigureAwait(false);
                // What earlier failures left on the tables that are worked on is dropped, not rebuilt.
                var named = indexes.Where(Named(targets)).ToList();
                var left = await LeftoverIndexes.FindAsync(connection, named.Select(item => item.TableId).ToHashSet(), null, cancellationToken).ConfigureAwait(false);
                var dropped = left.Select(item => item.IndexId).ToHashSet();
                var wanted = named.Where(item => !dropped.Contains(item.IndexId) && (!options.InvalidOnly || !item.IsValid));
                return new MaintenancePlan(server, control, context, options.Limits, options.Offline ? "REINDEX" : "REINDEX (CONCURRENTLY)")
                {
                    Items = [.. left, .. wanted],
                    Missing =
                    [
                        .. await TableCatalogue.MissingAsync(connection, targets, cancellationToken).ConfigureAwait(false),
                        .. MissingIndexes(indexes, targets, control.Database),
                    ],
                };
            },
            cancellationToken);

    // Which of the indexes are named. What was typed is every table beside every index, so that the index's name is enough; objects name one index each.
    private static Func<MaintenanceItem, bool> Named(IReadOnlyList<MaintenanceTarget> targets)
    {
        var exact = targets.Where(IsExact).Select(target => (target.Schema!, target.Table!, target.Index)).ToHashSet();
        var typed = targets.Where(target => !IsExact(target)).Select(target => target.Index).ToHashSet(StringComparer.Ordinal);
        return item => Names(item).Any(name =>
            typed.Contains(null) || typed.Contains(name.Index) || exact.Contains((name.Schema, name.Table, null)) || exact.Contains((name.Schema, name.Table, name.Index)));
    }

    private static bool IsExact(MaintenanceTarget target) => target is { Exact: true, Schema: not null, Table: not null };

    // A partitioned index stands for its leaves, as a partitioned table does.
    private static IEnumerable<(string Schema, string Table, string Index)> Names(MaintenanceItem item) => item.PartOf.Prepend((item.Schema, item.Table, item.Index!));

    private static IEnumerable<OperationException> MissingIndexes(IReadOnlyList<MaintenanceItem> indexes, IReadOnlyList<MaintenanceTarget> targets, string database)
    {
        var all = indexes.SelectMany(Names).ToHashSet();
        var names = all.Select(name => name.Index).ToHashSet(StringComparer.Ordinal);
        var exact = targets.Where(target => IsExact(target) && target.Index is not null && !all.Contains((target.Schema!, target.Table!, target.Index)))
            .Select(target => (target.Index!, Shown: $"{target.Schema}.{target.Index}", Tables: $"the table '{target.Schema}.{target.Table}'"));
        var typed = targets.Where(target => !IsExact(target) && target.Index is { } index && !names.Contains(index)).Select(target => (target.Index!, Shown: target.Index!, Tables: "these tables"));
        return exact.Concat(typed).Distinct().Select(one => new OperationException(
            MaintenanceErrors.IndexNotFound, $"The database '{database}' has no index '{one.Shown}' on {one.Tables}.{NearestName.Hint(one.Item1, names.Where(name => name != one.Item1))}", one.Item1));
    }

    private static async Task<IReadOnlyList<MaintenanceItem>> ListAsync(
        NpgsqlConnection connection, IReadOnlyList<MaintenanceTarget> targets, ReindexOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await ListAsync(connection, targets, options, withSizes: true, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.UndefinedTable)
        {
            return await ListAsync(connection, targets, options, withSizes: false, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<IReadOnlyList<MaintenanceItem>> ListAsync(
        NpgsqlConnection connection, IReadOnlyList<MaintenanceTarget> targets, ReindexOptions options, bool withSizes, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Question, connection);
        command.Parameters.AddRange(TableCatalogue.Parameters(targets).Append(new NpgsqlParameter { Value = withSizes, NpgsqlDbType = NpgsqlDbType.Boolean }).ToArray());
        List<MaintenanceItem> found = [];
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var (schema, index) = (reader.GetString(1), reader.GetString(4));
            long? bytes = reader.IsDBNull(5) ? null : reader.GetInt64(5);
            found.Add(new MaintenanceItem
            {
                Action = options.Offline ? MaintenanceAction.Reindex : MaintenanceAction.ReindexConcurrently,
                Statement = $"REINDEX INDEX {(options.Offline ? "" : "CONCURRENTLY ")}{SqlIdentifier.Quote(schema, index)}",
                Schema = schema,
                Table = reader.GetString(2),
                TableId = reader.GetFieldValue<uint>(0),
                Index = index,
                IndexId = reader.GetFieldValue<uint>(3),
                BytesBefore = bytes,
                Weight = Math.Max(1, bytes ?? reader.GetInt64(6)),
                IsValid = reader.GetBoolean(7),
                PartOf = reader.IsDBNull(10) ? [] : Rows(reader.GetFieldValue<string[,]>(10)),
                SkipReason = options.Offline ? null
                    : reader.GetBoolean(9) ? "PostgreSQL cannot rebuild the system's indexes concurrently; -Offline does, while writes wait."
                    : reader.GetBoolean(8) ? "PostgreSQL cannot rebuild the index of an exclusion constraint concurrently; -Offline does, while writes wait."
                    : null,
            });
        }

        return found;
    }

    private static List<(string Schema, string Table, string Index)> Rows(string[,] names) =>
        [.. Enumerable.Range(0, names.GetLength(0)).Select(row => (names[row, 0], names[row, 1], names[row, 2]))];
}
