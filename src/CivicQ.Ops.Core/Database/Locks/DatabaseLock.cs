namespace CivicQ.Ops.Core.Database.Locks;

/// <summary>One session that waits for a lock, or that others wait for: a node of the blocking tree.</summary>
public sealed record DatabaseLock
{
    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>The session's database.</summary>
    public string? Database { get; init; }

    /// <summary>The server's process; 0 for a prepared transaction, which has none.</summary>
    public required int ProcessId { get; init; }

    /// <summary>When the process started, UTC: with <see cref="ProcessId"/> it names this session and no later one.</summary>
    public DateTimeOffset? BackendStart { get; init; }

    /// <summary>True where it waits for nobody and others wait for it: it is what blocks.</summary>
    public bool IsRoot { get; init; }

    /// <summary>0 for a root, 1 for who waits for it, and so on.</summary>
    public int Depth { get; init; }

    /// <summary>The root that it waits for in the end; itself for a root.</summary>
    public int RootProcessId { get; init; }

    /// <summary>True where it waits for somebody who waits for it: a deadlock that the server has not yet found.</summary>
    public bool IsDeadlock { get; init; }

    /// <summary>The sessions that it waits for directly; 0 stands for a prepared transaction.</summary>
    public int[] BlockedBy { get; init; } = [];

    /// <summary>How many sessions wait for it, directly or behind another.</summary>
    public int Blocks { get; init; }

    /// <summary>How long it has been waiting; <see langword="null"/> for a root.</summary>
    public TimeSpan? WaitingFor { get; init; }

    /// <summary>How long its transaction has been open.</summary>
    public TimeSpan? TransactionAge { get; init; }

    /// <summary>What it waits for, schema and name quoted where needed; of a root what the first who waits for it wants. <see langword="null"/> where it is no relation, or one of another database.</summary>
    public string? Relation { get; init; }

    /// <summary>The kind of lock that is waited for: <c>relation</c>, <c>transactionid</c>, <c>tuple</c>, <c>advisory</c> …</summary>
    public string? LockType { get; init; }

    /// <summary>The mode that is waited for, for example <c>AccessExclusiveLock</c>.</summary>
    public string? Mode { get; init; }

    /// <summary>The session's role, or the owner of the prepared transaction.</summary>
    public string? User { get; init; }

    /// <summary>What the client calls itself.</summary>
    public string Application { get; init; } = "";

    /// <summary>The client's address.</summary>
    public string? ClientAddress { get; init; }

    /// <summary>What the session does: a root that is <c>idle in transaction</c> was left open by its client.</summary>
    public string? State { get; init; }

    /// <summary>The session's statement, passwords masked.</summary>
    public string? Query { get; init; }

    /// <summary>The statement of the session that it waits for.</summary>
    public string? BlockingQuery { get; init; }

    /// <summary>The prepared transaction's name, where this is one.</summary>
    public string? PreparedTransaction { get; init; }

    /// <summary>The one command that frees this session: for a root, those who wait for it.</summary>
    public string Remedy { get; init; } = "";
}
