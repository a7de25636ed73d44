using Npgsql;

namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>Lists partitioned tables themselves. They have statistics of the whole, which neither ANALYZE of each leaf nor autovacuum makes.</summary>
internal static class PartitionedTables
{
    // The topmost ones: ANALYZE of these does those below as well. Before 14 nobody notes when one was analysed.
    private const string Question = TableCatalogue.Meant + """
        , roots AS (
            SELECT named.oid FROM named
            WHERE named.relkind = 'p' AND NOT EXISTS (SELECT FROM tree JOIN pg_catalog.pg_inherits i ON i.inhparent = tree.oid WHERE i.inhrelid = named.oid)
        ), below AS (
            SELECT oid AS root, oid, 'p'::"char" AS relkind FROM roots
            UNION
            SELECT below.root, child.oid, child.relkind FROM below
            JOIN pg_catalog.pg_inherits i ON i.inhparent = below.oid JOIN pg_catalog.pg_class child ON child.oid = i.inhrelid
            WHERE below.relkind = 'p' AND child.relkind IN ('r', 'p')
        )
        SELECT r.oid, n.nspname::text, r.relname::text, array_agg(c.oid),
               (bool_or(c.relpages > 0 OR pg_catalog.pg_stat_get_live_tuples(c.oid) > 0)
                AND CASE WHEN current_setting('server_version_num')::int >= 140000 THEN pg_catalog.pg_stat_get_last_analyze_time(r.oid) IS NULL
                         ELSE NOT EXISTS (SELECT FROM pg_catalog.pg_stats s WHERE s.schemaname = n.nspname AND s.tablename = r.relname AND s.inherited) END)
               OR coalesce(max(pg_catalog.pg_stat_get_last_autoanalyze_time(c.oid)) > pg_catalog.pg_stat_get_last_analyze_time(r.oid), false)
               OR bool_or(
        """ + TableCatalogue.Stale + """
               )
        FROM roots JOIN pg_catalog.pg_class r ON r.oid = roots.oid JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
        JOIN below ON below.root = r.oid JOIN pg_catalog.pg_class c ON c.oid = below.oid AND c.relkind = 'r'
        GROUP BY r.oid, n.nspname, r.relname
        """;

    /// <summary>Plans ANALYZE of them, each after its leaves.</summary>
    /// <param name="connection">A connection.</param>
    /// <param name="targets">What is meant.</param>
    /// <param name="tables">The tables that it stands for: they tell whether there is anything to ask for.</param>
    /// <param name="staleOnly">True for those alone whose statistics are missing, or older than a leaf's.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The work.</returns>
    public static async Task<IReadOnlyList<MaintenanceItem>> AnalyzeAsync(
        NpgsqlConnection connection, IReadOnlyList<MaintenanceTarget> targets, IReadOnlyList<MaintenanceTable> tables, bool staleOnly, CancellationToken cancellationToken)
    {
        if (tables.Count > 0 && !tables[0].AmongPartitioned)
        {
            return [];
        }

        await using var command = new NpgsqlCommand(Question, connection);
        command.Parameters.AddRange(TableCatalogue.Parameters(targets).ToArray());
        List<MaintenanceItem> found = [];
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!staleOnly || (!reader.IsDBNull(4) && reader.GetBoolean(4)))
            {
                var (schema, table) = (reader.GetString(1), reader.GetString(2));
                found.Add(new MaintenanceItem
                {
                    Action = MaintenanceAction.Analyze,
                    Statement = $"ANALYZE {SqlIdentifier.Quote(schema, table)}",
                    Schema = schema,
                    Table = table,
                    TableId = reader.GetFieldValue<uint>(0),
                    After = reader.GetFieldValue<uint[]>(3),
                    BytesBefore = 0,
                });
            }
        }

        return found;
    }
}
