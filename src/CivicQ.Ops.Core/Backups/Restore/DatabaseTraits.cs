using Npgsql;

namespace CivicQ.Ops.Core.Backups.Restore;

/// <summary>What a database has that no dump of it holds: its settings, its connection limit, its grants, its comment.</summary>
internal static class DatabaseTraits
{
    // The server itself writes the statements, with its own quoting.
    private const string Question = """
        SELECT format('ALTER DATABASE %I CONNECTION LIMIT %s', $2::text, datconnlimit) FROM pg_catalog.pg_database WHERE datname = $1 AND datconnlimit <> -1
        UNION ALL
        SELECT format('ALTER %s%I SET %I TO %s', CASE WHEN s.setrole = 0 THEN 'DATABASE ' ELSE format('ROLE %I IN DATABASE ', pg_catalog.pg_get_userbyid(s.setrole)) END, $2::text,
                      split_part(one, '=', 1),
                      CASE WHEN split_part(one, '=', 1) IN ('search_path', 'temp_tablespaces', 'local_preload_libraries', 'session_preload_libraries', 'DateStyle')
                           THEN substr(one, strpos(one, '=') + 1) ELSE quote_literal(substr(one, strpos(one, '=') + 1)) END)
        FROM pg_catalog.pg_db_role_setting s CROSS JOIN LATERAL unnest(s.setconfig) one
        WHERE s.setdatabase = (SELECT oid FROM pg_catalog.pg_database WHERE datname = $1)
        UNION ALL
        SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', $2::text) FROM pg_catalog.pg_database WHERE datname = $1 AND datacl IS NOT NULL
        UNION ALL
        SELECT format('GRANT %s ON DATABASE %I TO %s%s', a.privilege_type, $2::text, CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END,
                      CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
        FROM pg_catalog.pg_database d CROSS JOIN LATERAL aclexplode(d.datacl) a WHERE d.datname = $1
        UNION ALL
        SELECT format('COMMENT ON DATABASE %I IS %L', $2::text, pg_catalog.shobj_description(oid, 'pg_database'))
        FROM pg_catalog.pg_database WHERE datname = $1 AND pg_catalog.shobj_description(oid, 'pg_database') IS NOT NULL
        """;

    /// <summary>The statements that give one database what another has.</summary>
    /// <param name="server">The server.</param>
    /// <param name="from">The one that has it.</param>
    /// <param name="to">The one that is to get it.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    public static async Task<IReadOnlyList<string>> ReadAsync(RestoreServer server, string from, string to, CancellationToken cancellationToken) => await server.RowsAsync(
        Question, [new NpgsqlParameter { Value = from }, new NpgsqlParameter { Value = to }], reader => reader.GetString(0), cancellationToken).ConfigureAwait(false);
}
