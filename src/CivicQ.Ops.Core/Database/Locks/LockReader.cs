using System.Runtime.CompilerServices;
using CivicQ.Ops.Core.Environments;
using Npgsql;

namespace CivicQ.Ops.Core.Database.Locks;

/// <summary>Reads who waits for whose lock, in one round trip.</summary>
public static class LockReader
{
    // Nodes: those who wait, and those whom pg_blocking_pids names for them; 0 stands for any prepared transaction, and is found by what
    // it holds of the thing that is wanted, and by the lock on its own id. A waiter for a row waits for the other's transaction, and holds the row's tuple lock meanwhile.
    private const string Question = """
        WITH l AS MATERIALIZED (SELECT * FROM pg_locks),
             w AS MATERIALIZED (
                 SELECT DISTINCT ON (pid) l.*, pg_blocking_pids(pid) AS by
                 FROM l WHERE NOT granted AND pid IS NOT NULL ORDER BY pid),
             prepared AS MATERIALIZED (
                 SELECT DISTINCT w.pid AS waiter, p.gid, p.prepared, p.owner, p.database, p.transaction::text::bigint AS xid
                 FROM w JOIN l h ON h.granted AND h.pid IS NULL AND h.locktype = w.locktype
                      AND (h.database, h.relation, h.page, h.tuple, h.transactionid::text, h.classid, h.objid, h.objsubid)
                          IS NOT DISTINCT FROM (w.database, w.relation, w.page, w.tuple, w.transactionid::text, w.classid, w.objid, w.objsubid)
                 JOIN l x ON x.granted AND x.pid IS NULL AND x.locktype = 'transactionid' AND x.virtualtransaction = h.virtualtransaction
                 JOIN pg_prepared_xacts p ON p.transaction = x.transactionid
                 WHERE 0 = ANY (w.by)),
             nodes AS (SELECT pid FROM w UNION SELECT unnest(by) FROM w)
        SELECT n.pid, a.datname, a.backend_start, a.usename, coalesce(a.application_name, ''), host(a.client_addr), a.state, a.query,
               statement_timestamp() - a.xact_start,
               CASE WHEN w.pid IS NOT NULL THEN statement_timestamp() - coalesce({0}, a.state_change) END,
               w.locktype, w.mode,
               (SELECT format('%I.%I', s.nspname, c.relname) FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
                WHERE w.pid IS NOT NULL AND coalesce(w.database, d.oid) IN (0, d.oid) AND c.oid = coalesce(w.relation,
                      (SELECT t.relation FROM l t WHERE t.pid = w.pid AND t.locktype = 'tuple' AND t.database = d.oid LIMIT 1))),
               coalesce(w.by, '{}'),
               ARRAY(SELECT xid FROM prepared p WHERE p.waiter = n.pid), NULL::text
        FROM nodes n
        CROSS JOIN (SELECT oid FROM pg_database WHERE datname = current_database()) d
        LEFT JOIN pg_stat_activity a ON a.pid = n.pid
        LEFT JOIN w ON w.pid = n.pid
        WHERE n.pid > 0
        UNION ALL
        SELECT DISTINCT 0, p.database, p.prepared, p.owner, '', NULL, 'prepared', NULL, statement_timestamp() - p.prepared,
               NULL::interval, NULL, NULL, NULL, '{}'::int[], ARRAY[p.xid], p.gid
        FROM prepared p
        """;

    private const int WaitStartSince = 14;

    /// <summary>Reads the blocking trees of a server.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    /// <returns>Every session that waits for a lock or is waited for, in the order of the trees; nothing where nobody waits.</returns>
    public static async IAsyncEnumerable<DatabaseLock> ReadAsync(EnvironmentContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var nodes = new List<LockNode>();
        var rows = DatabaseReader.ReadAsync(context, null, Sql, [], reader => Node(reader, context.Name), cancellationToken);
        await foreach (var node in rows.ConfigureAwait(false))
        {
            nodes.Add(node);
        }

        foreach (var item in LockTree.Build(nodes))
        {
            yield return item;
        }
    }

    private static string Sql(Version version) =>
        Question.Replace("{0}", version.Major >= WaitStartSince ? "w.waitstart" : "NULL::timestamptz", StringComparison.Ordinal);

    private static LockNode Node(NpgsqlDataReader reader, string environment)
    {
        var process = reader.GetInt32(0);
        var transactions = reader.GetFieldValue<long[]>(14);
        var prepared = reader.Text(15);
        var query = reader.Text(7);
        var row = new DatabaseLock
        {
            Environment = environment,
            ProcessId = process,
            Database = reader.Text(1),
            BackendStart = prepared is null ? reader.Value<DateTimeOffset>(2) : null,
            User = reader.Text(3),
            Application = reader.GetString(4),
            ClientAddress = reader.Text(5),
            State = reader.Text(6),
            Query = query == StatementText.Hidden ? null : StatementText.Clean(query),
            TransactionAge = reader.Elapsed(8),
            WaitingFor = reader.Elapsed(9),
            LockType = reader.Text(10),
            Mode = reader.Text(11),
            Relation = reader.Text(12),
            PreparedTransaction = prepared,
        };

        // Transaction ids have 32 bits; as negative numbers they are no process ids.
        var keys = transactions.Select(PreparedKey);
        return prepared is not null
            ? new LockNode(keys.First(), [], row)
            : new LockNode(process, [.. reader.GetFieldValue<int[]>(13).Where(other => other > 0), .. keys], row);
    }

    private static int PreparedKey(long transaction) => -1 - (int)(transaction % int.MaxValue);
}
