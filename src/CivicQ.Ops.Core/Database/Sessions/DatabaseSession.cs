namespace CivicQ.Ops.Core.Database.Sessions;

/// <summary>One session of a PostgreSQL server, from <c>pg_stat_activity</c>. Durations are by the server's clock.</summary>
public sealed record DatabaseSession
{
    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>The database it is connected to; <see langword="null"/> for processes that belong to none.</summary>
    public string? Database { get; init; }

    /// <summary>The server's process. Unique on the whole server, whatever the database, but used again later: see <see cref="BackendStart"/>.</summary>
    public required int ProcessId { get; init; }

    /// <summary>The role that logged in; <see langword="null"/> for background processes.</summary>
    public string? User { get; init; }

    /// <summary>What the client calls itself; empty where it does not.</summary>
    public string Application { get; init; } = "";

    /// <summary>The client's address; <see langword="null"/> by unix socket and for background processes.</summary>
    public string? ClientAddress { get; init; }

    /// <summary>What the session does.</summary>
    public DatabaseSessionState State { get; init; }

    /// <summary>The kind of process: <c>client backend</c>, <c>walsender</c>, <c>autovacuum worker</c> …; <see langword="null"/> where the role may not see it.</summary>
    public string? BackendType { get; init; }

    /// <summary>When the process started, UTC. With <see cref="ProcessId"/> it names this session and no later one.</summary>
    public DateTimeOffset? BackendStart { get; init; }

    /// <summary>When its transaction began, UTC; <see langword="null"/> outside one.</summary>
    public DateTimeOffset? TransactionStart { get; init; }

    /// <summary>When its present statement began, or the last one, UTC.</summary>
    public DateTimeOffset? QueryStart { get; init; }

    /// <summary>When <see cref="State"/> last changed, UTC.</summary>
    public DateTimeOffset? StateChange { get; init; }

    /// <summary>How long it has been in its state.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>How long its statement has been running; <see langword="null"/> where none is.</summary>
    public TimeSpan? Running { get; init; }

    /// <summary>How long it has been waiting for its client; <see langword="null"/> where it is not.</summary>
    public TimeSpan? Idle { get; init; }

    /// <summary>How long its transaction has been open; <see langword="null"/> outside one.</summary>
    public TimeSpan? TransactionAge { get; init; }

    /// <summary>The kind of event it waits for: <c>Lock</c>, <c>IO</c>, <c>Client</c> …; <see langword="null"/> where it waits for nothing.</summary>
    public string? WaitEventType { get; init; }

    /// <summary>The event it waits for.</summary>
    public string? WaitEvent { get; init; }

    /// <summary>The first 1,024 characters of its statement, or of its last one, passwords masked; <see langword="null"/> where the role may not see it.</summary>
    public string? Query { get; init; }

    /// <summary>The statement's identifier, as in pg_stat_statements (PostgreSQL 14 and later, where it is computed).</summary>
    public long? QueryId { get; init; }

    /// <summary>True where the role lacks the privilege to see what this session does.</summary>
    public bool IsHidden { get; init; }

    /// <summary>The processes that hold, or wait before it for, the lock it waits for; 0 stands for a prepared transaction.</summary>
    public int[] BlockedBy { get; init; } = [];

    /// <summary>The leader of the group, for a parallel worker.</summary>
    public int? LeaderProcessId { get; init; }

    /// <summary>True where its role is a superuser.</summary>
    public bool IsSuperuser { get; init; }

    /// <summary>True for the session that asked.</summary>
    public bool IsOwn { get; init; }
}
