using CivicQ.Ops.Core.Database;

namespace CivicQ.Ops.Core.Backups.Restore;

/// <summary>The sessions on databases that are to be renamed or dropped. Autovacuum's go by themselves then.</summary>
internal static class DatabaseSessions
{
    // Asked to end another one the server fails the whole statement.
    private const string MayEnd = """
        (SELECT me.rolsuper OR ((pg_catalog.pg_has_role(a.usesysid, 'USAGE') OR pg_catalog.pg_has_role('pg_signal_backend', 'USAGE'))
                                AND NOT EXISTS (SELECT FROM pg_catalog.pg_roles other WHERE other.oid = a.usesysid AND other.rolsuper))
         FROM pg_catalog.pg_roles me WHERE me.rolname = current_user)
        """;

    private const string Sessions = "FROM pg_catalog.pg_stat_activity a WHERE a.datname = ANY ($1) AND a.usesysid IS NOT NULL AND a.pid <> pg_catalog.pg_backend_pid()";

    /// <summary>Ends those that this connection's role may end.</summary>
    /// <param name="server">The server.</param>
    /// <param name="databases">The databases.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static Task TerminateAsync(RestoreServer server, string[] databases, CancellationToken cancellationToken) => server.RowsAsync(
        $"SELECT pg_catalog.pg_terminate_backend(a.pid) {Sessions} AND {MayEnd}", [DatabaseReader.Texts(databases)], reader => reader.GetBoolean(0), cancellationToken);

    /// <summary>Those that it may not end, for people.</summary>
    /// <param name="server">The server.</param>
    /// <param name="database">The database.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    public static Task<List<string>> LastingAsync(RestoreServer server, string database, CancellationToken cancellationToken) => server.RowsAsync(
        $"SELECT format('%s of %s%s', a.pid, a.usename, CASE WHEN coalesce(a.application_name, '') = '' THEN '' ELSE format(' (%s)', a.application_name) END) {Sessions} AND NOT {MayEnd} ORDER BY a.pid",
        [DatabaseReader.Texts([database])], reader => reader.GetString(0), cancellationToken);
}
