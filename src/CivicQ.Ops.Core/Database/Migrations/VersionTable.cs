using CivicQ.Ops.Core.Errors;
using Npgsql;

namespace CivicQ.Ops.Core.Database.Migrations;

/// <summary>Alembic's table <c>alembic_version</c>, on the connection's search path.</summary>
internal static class VersionTable
{
    // Alembic keeps no lock of its own, but its transaction holds this table from its first look on, and so does a dump.
    private const string Holders = """
        SELECT a.pid, coalesce(a.application_name, '')
        FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'relation' AND l.granted AND l.relation = to_regclass('alembic_version') AND l.pid <> pg_backend_pid()
          AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        ORDER BY a.pid LIMIT 1
        """;

    /// <summary>Reads which revisions the database is at.</summary>
    /// <returns>The revisions; <see langword="null"/> where there is no such table.</returns>
    /// <exception cref="OperationException">One of <see cref="DatabaseErrors"/>.</exception>
    public static async Task<IReadOnlyList<string>?> ReadAsync(NpgsqlConnection connection, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var there = await DatabaseReader.OneAsync(connection, timeout, "SELECT to_regclass('alembic_version') IS NOT NULL", [], reader => reader.GetBoolean(0), cancellationToken).ConfigureAwait(false);
        if (!there)
        {
            return null;
        }

        var revisions = new List<string>();
        await foreach (var revision in DatabaseReader.ReadAsync(
            connection, timeout, "SELECT version_num FROM alembic_version ORDER BY version_num", [], reader => reader.GetString(0), cancellationToken).ConfigureAwait(false))
        {
            revisions.Add(revision);
        }

        return revisions;
    }

    /// <summary>Who else holds the table; <see langword="null"/> where nobody does.</summary>
    public static async Task<string?> HolderAsync(NpgsqlConnection connection, TimeSpan timeout, CancellationToken cancellationToken) =>
        await DatabaseReader.OneAsync(connection, timeout, Holders, [], reader => $"process {reader.GetInt32(0)} (application '{reader.GetString(1)}')", cancellationToken).ConfigureAwait(false);
}
