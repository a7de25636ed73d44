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
               i.indisvalid, i.indisexclusion, n.nspname = 'pg_catalog'
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
                var named = indexes.Where(item => IsNamed(item, targets)).ToList();
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

    private static bool IsNamed(MaintenanceItem item, IReadOnlyList<MaintenanceTarget> targets) =>
        targets.Any(target => target.Index is null || string.Equals(target.Index, item.Index, StringComparison.Ordinal));

    private static IEnumerable<OperationException> MissingIndexes(IReadOnlyList<MaintenanceItem> indexes, IReadOnlyList<MaintenanceTarget> targets, string database)
    {
        var names = indexes.Select(item => item.Index!).ToHashSet(StringComparer.Ordinal);
        return targets.Select(target => target.Index).OfType<string>().Distinct(StringComparer.Ordinal).Where(name => !names.Contains(name)).Select(name =>
            new OperationException(MaintenanceErrors.IndexNotFound, $"The database '{database}' has no index '{name}' on these tables.{NearestName.Hint(name, names)}", name));
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
                SkipReason = options.Offline ? null
                    : reader.GetBoolean(9) ? "PostgreSQL cannot rebuild the system's indexes concurrently; -Offline does, while writes wait."
                    : reader.GetBoolean(8) ? "PostgreSQL cannot rebuild the index of an exclusion constraint concurrently; -Offline does, while writes wait."
                    : null,
            });
        }

        return found;
    }
}
