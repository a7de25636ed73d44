using System.Text;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Naming;
using Npgsql;
using NpgsqlTypes;

namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>Plans a new index: looks for what it needs and for what is there already.</summary>
public static class IndexPlanner
{
    private const string FindTable = """
        SELECT c.oid, c.relkind::text, pg_catalog.pg_get_userbyid(c.relowner)::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'm', 'p')
        """;

    private const string FindColumns = "SELECT attname::text, attnum FROM pg_catalog.pg_attribute WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped";

    private const string FindMethod = "SELECT amname::text FROM pg_catalog.pg_am WHERE amtype = 'i'";

    // An index serves the same queries where it has the same columns in the same order, the usual operators, order and collation, and no condition.
    private const string FindDuplicate = """
        SELECT x.relname::text FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid JOIN pg_catalog.pg_am m ON m.oid = x.relam
        WHERE i.indrelid = $1 AND m.amname = $2 AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
          AND (i.indkey::int2[])[0:i.indnkeyatts - 1] = $3::int2[]
          AND (i.indkey::int2[])[i.indnkeyatts:] @> $4::int2[]
          AND (i.indisunique OR NOT $5)
          AND NOT EXISTS (SELECT FROM unnest(i.indclass::oid[]) AS o(id) JOIN pg_catalog.pg_opclass c ON c.oid = o.id WHERE NOT c.opcdefault)
          AND NOT EXISTS (SELECT FROM unnest(i.indoption::int2[]) AS o(flags) WHERE o.flags <> 0)
          AND NOT EXISTS (SELECT FROM unnest(i.indcollation::oid[], (i.indkey::int2[])[0:i.indnkeyatts - 1]) AS o(collation_id, column_number)
                          JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = o.column_number
                          WHERE o.collation_id <> 0 AND o.collation_id <> a.attcollation)
        ORDER BY i.indisprimary DESC, x.relname LIMIT 1
        """;

    private const string FindName = """
        SELECT c.relkind::text, i.indrelid, i.indisvalid
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
        WHERE n.nspname = $1 AND c.relname = $2
        """;

    /// <summary>Plans it.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="database">The database; the environment's own where this is <see langword="null"/>.</param>
    /// <param name="index">The index.</param>
    /// <param name="limits">Time-outs and their like.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The plan; the caller disposes of it.</returns>
    /// <exception cref="OperationException">One of <see cref="MaintenanceErrors"/> or <see cref="DatabaseErrors"/>.</exception>
    public static Task<MaintenancePlan> PlanAsync(
        EnvironmentContext context, string? database, IndexDefinition index, MaintenanceLimits limits, CancellationToken cancellationToken) =>
        MaintenancePlan.MakeAsync(
            context, database,
            async (server, control) =>
            {
                var connection = control.Connection.Inner;
                var table = await TableAsync(connection, index, cancellationToken).ConfigureAwait(false);
                var columns = await ColumnsAsync(connection, index, table, cancellationToken).ConfigureAwait(false);
                await CheckMethodAsync(connection, index, cancellationToken).ConfigureAwait(false);
                await RefuseDuplicateAsync(connection, index, table, columns, cancellationToken).ConfigureAwait(false);
                var name = index.Name ?? DefaultName(index);
                var left = await LeftoverAsync(connection, index, name, table, cancellationToken).ConfigureAwait(false);
                var statement = Statement(index, name);
                return new MaintenancePlan(server, control, context, limits, statement)
                {
                    Items =
                    [
                        .. left,
                        new MaintenanceItem
                        {
                            Action = MaintenanceAction.CreateIndex, Statement = statement, Schema = index.Schema, Table = index.Table, TableId = table, Index = name,
                        },
                    ],
                };
            },
            cancellationToken);

    /// <summary>The name that PostgreSQL would give: table, columns and "idx", cut to what a name may hold.</summary>
    internal static string DefaultName(IndexDefinition index)
    {
        const string End = "_idx";
        var text = $"{index.Table}_{string.Join('_', index.Columns)}";
        var room = SqlIdentifier.MaximumBytes - End.Length;
        var cut = new StringBuilder();
        var bytes = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > room)
            {
                break;
            }

            cut.Append(rune);
        }

        return cut.Append(End).ToString();
    }

    private static string Statement(IndexDefinition index, string name)
    {
        static string List(IEnumerable<string> names) => string.Join(", ", names.Select(SqlIdentifier.Quote));
        return $"CREATE {(index.IsUnique ? "UNIQUE " : "")}INDEX CONCURRENTLY {SqlIdentifier.Quote(name)} ON {SqlIdentifier.Quote(index.Schema, index.Table)} "
            + $"USING {SqlIdentifier.Quote(index.Method)} ({List(index.Columns)}){(index.Included.Count == 0 ? "" : $" INCLUDE ({List(index.Included)})")}";
    }

    private static async Task<uint> TableAsync(NpgsqlConnection connection, IndexDefinition index, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(FindTable, connection) { Parameters = { new() { Value = index.Schema }, new() { Value = index.Table } } };
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            if (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                return reader.GetString(1) == "p"
                    ? throw new OperationException(
                        MaintenanceErrors.IndexUnsupported,
                        $"The table '{index.Schema}.{index.Table}' is partitioned, and PostgreSQL makes no index on such a table concurrently: make one on each partition.", index.Table)
                    : reader.GetFieldValue<uint>(0);
            }
        }

        var missing = await TableCatalogue.MissingAsync(connection, [new MaintenanceTarget(null, index.Schema, index.Table, Exact: true)], cancellationToken).ConfigureAwait(false);
        throw missing.Count > 0 ? missing[0] : new OperationException(DatabaseErrors.TableNotFound, $"There is no table '{index.Schema}.{index.Table}'.", index.Table);
    }

    private static async Task<(short[] Keys, short[] Included)> ColumnsAsync(NpgsqlConnection connection, IndexDefinition index, uint table, CancellationToken cancellationToken)
    {
        var numbers = new Dictionary<string, short>(StringComparer.Ordinal);
        await using var command = new NpgsqlCommand(FindColumns, connection) { Parameters = { Id(table) } };
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                numbers[reader.GetString(0)] = reader.GetInt16(1);
            }
        }

        short Number(string name) => numbers.TryGetValue(name, out var number) ? number : throw new OperationException(
            MaintenanceErrors.ColumnNotFound, $"The table '{index.Schema}.{index.Table}' has no column '{name}'.{NearestName.Hint(name, numbers.Keys)}", name);
        return ([.. index.Columns.Select(Number)], [.. index.Included.Select(Number)]);
    }

    private static async Task CheckMethodAsync(NpgsqlConnection connection, IndexDefinition index, CancellationToken cancellationToken)
    {
        List<string> methods = [];
        await using var command = new NpgsqlCommand(FindMethod, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            methods.Add(reader.GetString(0));
        }

        if (!methods.Contains(index.Method, StringComparer.Ordinal))
        {
            throw new OperationException(
                MaintenanceErrors.IndexUnsupported, $"The server has no index method '{index.Method}'; it has {string.Join(", ", methods.Order(StringComparer.Ordinal))}.", index.Method);
        }
    }

    private static async Task RefuseDuplicateAsync(
        NpgsqlConnection connection, IndexDefinition index, uint table, (short[] Keys, short[] Included) columns, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(FindDuplicate, connection)
        {
            Parameters =
            {
                Id(table), new() { Value = index.Method }, new() { Value = columns.Keys }, new() { Value = columns.Included }, new() { Value = index.IsUnique },
            },
        };
        if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is string same)
        {
            throw new OperationException(
                MaintenanceErrors.IndexDuplicate,
                $"The index '{same}' of '{index.Schema}.{index.Table}' already has {string.Join(", ", index.Columns.Select(column => $"'{column}'"))} by {index.Method}.", same);
        }
    }

    // An invalid index of this name on this table is what a cancelled attempt left: it goes first.
    private static async Task<IReadOnlyList<MaintenanceItem>> LeftoverAsync(
        NpgsqlConnection connection, IndexDefinition index, string name, uint table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(FindName, connection) { Parameters = { new() { Value = index.Schema }, new() { Value = name } } };
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                return [];
            }

            if (reader.IsDBNull(1) || reader.GetFieldValue<uint>(1) != table || reader.GetBoolean(2))
            {
                throw new OperationException(
                    MaintenanceErrors.IndexNameTaken, $"The schema '{index.Schema}' already has {(reader.IsDBNull(1) ? "something" : "an index")} called '{name}'.", name);
            }
        }

        // A build that is under way looks the same.
        if (await LockHolder.BuilderAsync(connection, table, cancellationToken).ConfigureAwait(false) is { } builder)
        {
            throw new OperationException(
                MaintenanceErrors.AlreadyRunning, $"The index '{name}' of '{index.Schema}.{index.Table}' is not finished, and {builder}: it may be building it.", name);
        }

        var left = await LeftoverIndexes.FindAsync(connection, [table], name, cancellationToken).ConfigureAwait(false);
        return [.. left.Where(item => item.Index == name)];
    }

    private static NpgsqlParameter Id(uint id) => new() { Value = id, NpgsqlDbType = NpgsqlDbType.Oid };
}
