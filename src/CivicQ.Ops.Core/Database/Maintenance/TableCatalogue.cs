using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Naming;
using Npgsql;
using NpgsqlTypes;

namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>Lists the tables that maintenance works on, in one question: ordinary ones, partitions' leaves and materialized views.</summary>
internal static class TableCatalogue
{
    /// <summary>
    /// The relations that the parameters mean, as the CTE <c>meant</c>: $1/$2 exact schemas and names, $3/$4 patterns of both (null for any), $5 whether
    /// the system's schemas count for a pattern. A partitioned table stands for its leaves; those are looked for without pg_partition_tree, which
    /// waits for whoever has one of them locked.
    /// </summary>
    public const string Meant = """
        WITH RECURSIVE named AS (
            SELECT c.oid, c.relkind FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'm', 'p') AND c.relpersistence <> 't'
              AND ((n.nspname::text, c.relname::text) IN (SELECT s, t FROM unnest($1::text[], $2::text[]) AS e(s, t))
                   OR EXISTS (SELECT FROM unnest($3::text[], $4::text[], $5::boolean[]) AS p(s, t, system)
                              WHERE (p.s IS NULL OR n.nspname ~* p.s) AND (p.t IS NULL OR c.relname ~* p.t)
                                AND (p.system OR (n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'))))
        ), tree AS (
            SELECT oid, relkind FROM named
            UNION
            SELECT child.oid, child.relkind FROM tree
            JOIN pg_catalog.pg_inherits i ON i.inhparent = tree.oid JOIN pg_catalog.pg_class child ON child.oid = i.inhrelid
            WHERE tree.relkind = 'p' AND child.relkind IN ('r', 'p')
        ), meant AS (
            SELECT oid FROM tree WHERE relkind <> 'p'
        ), locked AS (
            SELECT DISTINCT relation FROM pg_catalog.pg_locks WHERE locktype = 'relation' AND mode = 'AccessExclusiveLock'
        )
        """;

    /// <summary>Whether the statistics of the table <c>c</c> are missing, or older than autovacuum would have them.</summary>
    public const string Stale = """
        (c.reltuples < 0 OR coalesce(greatest(pg_catalog.pg_stat_get_last_analyze_time(c.oid), pg_catalog.pg_stat_get_last_autoanalyze_time(c.oid)) IS NULL, true))
         AND (pg_catalog.pg_stat_get_live_tuples(c.oid) > 0 OR c.relpages > 0)
         OR pg_catalog.pg_stat_get_mod_since_analyze(c.oid)
            > current_setting('autovacuum_analyze_threshold')::bigint + current_setting('autovacuum_analyze_scale_factor')::float8 * greatest(c.reltuples, 0)
        """;

    // Asking for the size takes a lock, so that of a table that is locked, or waited for, it is not asked.
    private const string Question = Meant + """
        , indexes AS (
            SELECT i.indrelid, sum(x.relpages) AS pages FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid GROUP BY i.indrelid
        )
         SELECT c.oid, n.nspname::text, c.relname::text,
               CASE WHEN NOT $6 OR c.oid IN (SELECT relation FROM locked) THEN NULL ELSE pg_catalog.pg_total_relation_size(c.oid) END,
               (c.relpages + coalesce(toast.relpages, 0) + coalesce(own.pages, 0) + coalesce(toasted.pages, 0))::bigint * current_setting('block_size')::bigint,
               pg_catalog.pg_stat_get_dead_tuples(c.oid),
        """ + Stale + """
        , c.reltablespace,
               c.relpages > 0 OR (c.reltuples = 0 AND current_setting('server_version_num')::int >= 140000),
               (SELECT EXISTS (SELECT FROM tree WHERE relkind = 'p'))
        FROM meant JOIN pg_catalog.pg_class c ON c.oid = meant.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_catalog.pg_class toast ON toast.oid = c.reltoastrelid
        LEFT JOIN indexes own ON own.indrelid = c.oid LEFT JOIN indexes toasted ON toasted.indrelid = toast.oid
        """;

    private const string AllTables = """
        SELECT n.nspname::text, c.relname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'm', 'p') AND c.relpersistence <> 't'
        """;

    // As in Meant.
    private const string AnyNamed = """
        SELECT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace,
                                   unnest($1::text[], $2::text[], $3::boolean[]) AS p(s, t, system)
                       WHERE c.relkind IN ('r', 'm', 'p') AND c.relpersistence <> 't'
                         AND (p.s IS NULL OR n.nspname ~* p.s) AND (p.t IS NULL OR c.relname ~* p.t)
                         AND (p.system OR (n.nspname <> 'information_schema' AND n.nspname !~ '^pg_')))
        """;

    /// <summary>Lists tables.</summary>
    /// <param name="connection">A connection with a short lock time-out.</param>
    /// <param name="targets">What is meant.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The tables, in no order.</returns>
    public static async Task<IReadOnlyList<MaintenanceTable>> ListAsync(
        NpgsqlConnection connection, IReadOnlyList<MaintenanceTarget> targets, CancellationToken cancellationToken)
    {
        try
        {
            return await ListAsync(connection, targets, withSizes: true, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.UndefinedTable)
        {
            // Somebody locked an index, or dropped one, in that moment: the sizes are asked one by one, later.
            return await ListAsync(connection, targets, withSizes: false, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The parameters of <see cref="Meant"/>.</summary>
    public static IEnumerable<NpgsqlParameter> Parameters(IReadOnlyList<MaintenanceTarget> targets)
    {
        var exact = targets.Where(target => target is { Exact: true, Schema: not null, Table: not null }).ToList();
        var patterns = targets.Except(exact).ToList();
        yield return Texts([.. exact.Select(target => target.Schema)]);
        yield return Texts([.. exact.Select(target => target.Table)]);
        yield return Texts([.. patterns.Select(target => Pattern(target.Schema, target.Exact))]);
        yield return Texts([.. patterns.Select(target => Pattern(target.Table, target.Exact))]);
        yield return new NpgsqlParameter
        {
            // A schema of the system counts only where it is spelled out.
            Value = patterns.Select(target => target.Schema is { } schema && !SqlPattern.HasWildcard(schema)).ToArray(),
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Boolean,
        };
    }

    /// <summary>What was named and is not there.</summary>
    /// <param name="connection">A connection.</param>
    /// <param name="targets">What is meant.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>An error for each name.</returns>
    public static async Task<IReadOnlyList<OperationException>> MissingAsync(
        NpgsqlConnection connection, IReadOnlyList<MaintenanceTarget> targets, CancellationToken cancellationToken)
    {
        // What was typed is looked for in all the schemas that were typed with it; those are every one of them beside every name.
        var named = targets.Where(target => target.Table is { } table && (target.Exact || !SqlPattern.HasWildcard(table))).Distinct().ToList();
        if (named.Count == 0)
        {
            return [];
        }

        HashSet<(string Schema, string Name)> all = [];
        await using (var command = new NpgsqlCommand(AllTables, connection))
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                all.Add((reader.GetString(0), reader.GetString(1)));
            }
        }

        var exact = named.Where(target => target is { Exact: true, Schema: not null }).ToList();
        var missing = exact.Where(target => !all.Contains((target.Schema!, target.Table!))).ToList();
        foreach (var group in named.Except(exact).GroupBy(target => target.Table))
        {
            await using var command = new NpgsqlCommand(AnyNamed, connection);
            command.Parameters.AddRange(Parameters([.. group]).Skip(2).ToArray());
            if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true)
            {
                missing.Add(group.First());
            }
        }

        var names = all.Select(table => table.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. missing.Select(target =>
            {
                var name = target.Schema is null ? target.Table! : $"{target.Schema}.{target.Table}";
                var hint = names.Contains(Unescaped(target.Table!)) ? Elsewhere(all, Unescaped(target.Table!)) : NearestName.Hint(target.Table!, names);
                return new OperationException(DatabaseErrors.TableNotFound, $"The database '{connection.Database}' has no table '{name}'.{hint}", name);
            }),
        ];
    }

    // The name is right, and the schema is not.
    private static string Elsewhere(HashSet<(string Schema, string Name)> all, string name) =>
        $" There is {string.Join(", ", all.Where(table => table.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(table => $"'{table.Schema}.{table.Name}'").Order(StringComparer.Ordinal).Take(3))}.";

    private static string? Pattern(string? name, bool exact) => name is null ? null : exact ? SqlPattern.Of(Escaped(name)) : SqlPattern.Of(name);

    // The backtick takes a wildcard's meaning away.
    private static string Escaped(string name) => string.Concat(name.Select(letter => letter is '*' or '?' or '[' or ']' or '`' ? $"`{letter}" : letter.ToString()));

    private static string Unescaped(string name) => name.Replace("`", "", StringComparison.Ordinal);

    private static NpgsqlParameter Texts(string?[] values) => new() { Value = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    private static async Task<IReadOnlyList<MaintenanceTable>> ListAsync(
        NpgsqlConnection connection, IReadOnlyList<MaintenanceTarget> targets, bool withSizes, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Question, connection);
        command.Parameters.AddRange(Parameters(targets).Append(new NpgsqlParameter { Value = withSizes }).ToArray());
        List<MaintenanceTable> found = [];
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            found.Add(new MaintenanceTable
            {
                Id = reader.GetFieldValue<uint>(0),
                Schema = reader.GetString(1),
                Name = reader.GetString(2),
                Bytes = reader.IsDBNull(3) ? null : reader.GetInt64(3),
                KnownBytes = reader.GetInt64(4),
                DeadTuples = reader.GetInt64(5),
                IsStale = !reader.IsDBNull(6) && reader.GetBoolean(6),
                Tablespace = reader.GetFieldValue<uint>(7),
                IsSizeKnown = !reader.IsDBNull(3) || reader.GetBoolean(8),
                AmongPartitioned = reader.GetBoolean(9),
            });
        }

        return found;
    }
}
