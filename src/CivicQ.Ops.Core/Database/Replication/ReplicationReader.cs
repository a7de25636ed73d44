using CivicQ.Ops.Core.Environments;
using Npgsql;

namespace CivicQ.Ops.Core.Database.Replication;

/// <summary>Reads how far replicas are behind, in one round trip: a primary's replicas and slots, or a replica's own standing.</summary>
public static class ReplicationReader
{
    // A cascading replica sends what it has received. Nothing is behind where all that came is replayed, however long ago it came; but
    // a replica whose receiver is gone cannot know what it misses.
    private const string Question = """
        WITH p AS MATERIALIZED (
            SELECT r.standby, CASE WHEN r.standby THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END AS written,
                   CASE WHEN r.standby THEN pg_last_wal_replay_lsn() END AS replayed,
                   CASE WHEN r.standby THEN pg_is_wal_replay_paused() ELSE false END AS paused,
                   CASE WHEN r.standby THEN pg_last_xact_replay_timestamp() END AS replayed_at
            FROM (SELECT pg_is_in_recovery() AS standby) r)
        SELECT 'Replica' AS kind, coalesce(s.application_name, '') AS name, s.state, s.sync_state, host(s.client_addr), s.pid, s.backend_start, l.slot_name::text,
               pg_wal_lsn_diff(coalesce(p.written, p.replayed), s.replay_lsn)::bigint, CASE WHEN s.replay_lsn >= coalesce(p.written, p.replayed) THEN '0'::interval ELSE s.replay_lag END,
               CASE WHEN s.flush_lsn >= coalesce(p.written, p.replayed) THEN '0'::interval ELSE s.flush_lag END,
               s.sent_lsn::text, s.replay_lsn::text, NULL::bigint, NULL::text, NULL::bigint, false
        FROM pg_stat_replication s CROSS JOIN p LEFT JOIN pg_replication_slots l ON l.active_pid = s.pid
        UNION ALL
        SELECT 'Slot', l.slot_name::text, CASE WHEN l.active THEN 'active' ELSE 'inactive' END, l.slot_type, NULL, l.active_pid, NULL, l.slot_name::text,
               pg_wal_lsn_diff(coalesce(p.written, p.replayed), l.confirmed_flush_lsn)::bigint, NULL, NULL, l.confirmed_flush_lsn::text, l.restart_lsn::text,
               pg_wal_lsn_diff(coalesce(p.written, p.replayed), l.restart_lsn)::bigint, l.wal_status, l.safe_wal_size, false
        FROM pg_replication_slots l CROSS JOIN p
        UNION ALL
        SELECT 'Receiver', coalesce(r.sender_host || ':' || r.sender_port, ''), coalesce(r.status, CASE WHEN r.pid IS NULL THEN 'disconnected' END), NULL, NULL, r.pid, NULL, r.slot_name,
               pg_wal_lsn_diff(greatest(p.written, p.replayed), p.replayed)::bigint,
               CASE WHEN r.pid IS NOT NULL AND p.replayed >= p.written THEN '0'::interval ELSE statement_timestamp() - p.replayed_at END, NULL,
               p.written::text, p.replayed::text, NULL, NULL, NULL, p.paused
        FROM p LEFT JOIN pg_stat_wal_receiver r ON true
        WHERE p.standby
        ORDER BY 1 DESC, 2
        """;

    /// <summary>Reads it.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    /// <returns>Replicas, slots and the receiver; nothing where there is no replication.</returns>
    public static IAsyncEnumerable<DatabaseReplication> ReadAsync(EnvironmentContext context, CancellationToken cancellationToken) =>
        DatabaseReader.ReadAsync(context, null, _ => Question, [], reader => Replication(reader, context.Name), cancellationToken);

    private static DatabaseReplication Replication(NpgsqlDataReader reader, string environment) => new()
    {
        Environment = environment,
        Kind = Enum.Parse<ReplicationKind>(reader.GetString(0)),
        Name = reader.GetString(1),
        State = reader.Text(2),
        Mode = reader.Text(3),
        ClientAddress = reader.Text(4),
        ProcessId = reader.Value<int>(5),
        BackendStart = reader.Value<DateTimeOffset>(6),
        SlotName = reader.Text(7),
        LagBytes = reader.Value<long>(8) is { } bytes ? Math.Max(0, bytes) : null,
        Delay = reader.Elapsed(9),
        FlushDelay = reader.Elapsed(10),
        SentPosition = reader.Text(11),
        ReplayPosition = reader.Text(12),
        RetainedBytes = reader.Value<long>(13) is { } retained ? Math.Max(0, retained) : null,
        WalStatus = reader.Text(14),
        SafeBytes = reader.Value<long>(15),
        IsPaused = reader.GetBoolean(16),
    };
}
