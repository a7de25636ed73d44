using Npgsql;
using NpgsqlTypes;

namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>Says who has a table locked.</summary>
internal static class LockHolder
{
    // What ShareUpdateExclusiveLock, which VACUUM, ANALYZE and the concurrent builds take, does not go along with.
    private const string Question = """
        SELECT a.pid, a.usename::text, a.application_name, l.mode, a.state, a.xact_start
        FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'relation' AND l.granted AND l.pid <> pg_catalog.pg_backend_pid() AND l.relation = $1
          AND l.database IN (0, (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()))
          AND ($2 OR l.mode IN ('ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'))
        ORDER BY l.mode = 'AccessExclusiveLock' DESC, a.xact_start LIMIT 1
        """;

    // Whoever builds an index concurrently has this lock from beginning to end. VACUUM and ANALYZE have it too, and show themselves to every role.
    private const string Builder = """
        SELECT a.pid, a.usename::text, a.application_name, l.mode, a.state, a.xact_start
        FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'relation' AND l.granted AND l.pid <> pg_catalog.pg_backend_pid() AND l.relation = $1
          AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()) AND l.mode = 'ShareUpdateExclusiveLock'
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_vacuum v WHERE v.pid = l.pid)
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_analyze v WHERE v.pid = l.pid)
        ORDER BY a.xact_start LIMIT 1
        """;

    /// <summary>In place of a holder who cannot be found any more.</summary>
    public const string Gone = "a session that has ended";

    /// <summary>Finds who holds what the work waited for.</summary>
    /// <param name="connection">A connection.</param>
    /// <param name="item">The work.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The holder in a few words; <see langword="null"/> where there is none any more.</returns>
    public static async Task<string?> FindAsync(NpgsqlConnection connection, MaintenanceItem item, CancellationToken cancellationToken)
    {
        var any = item.Action is not (MaintenanceAction.Vacuum or MaintenanceAction.VacuumAnalyze or MaintenanceAction.Analyze);
        await using var command = new NpgsqlCommand(Question, connection)
        {
            Parameters = { new() { Value = item.TableId, NpgsqlDbType = NpgsqlDbType.Oid }, new() { Value = any } },
        };
        return await ReadAsync(command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Finds who may be building an index of a table concurrently.</summary>
    /// <param name="connection">A connection.</param>
    /// <param name="table">The table's object id.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The session in a few words; <see langword="null"/> where there is none.</returns>
    public static async Task<string?> BuilderAsync(NpgsqlConnection connection, uint table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Builder, connection) { Parameters = { new() { Value = table, NpgsqlDbType = NpgsqlDbType.Oid } } };
        return await ReadAsync(command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A session in a few words.</summary>
    public static string Describe(int processId, string? user, string? application, string? state, DateTimeOffset? since) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"process {processId} ({user ?? "?"}{(string.IsNullOrEmpty(application) ? "" : $", '{application}'")}{(state is null ? "" : $", {state}")}{(since is { } time ? $", in transaction since {time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z" : "")})");

    private static async Task<string?> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
            ? Describe(reader.GetInt32(0), Text(reader, 1), Text(reader, 2), Text(reader, 4), reader.IsDBNull(5) ? null : reader.GetFieldValue<DateTimeOffset>(5)) + $" holds {reader.GetString(3)}"
            : null;
    }

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
