namespace CivicQ.Ops.Core.Database.Sessions;

/// <summary>What a session does, as <c>pg_stat_activity.state</c> has it.</summary>
public enum DatabaseSessionState
{
    /// <summary>The server does not say: a background process, or a session that the role may not look into.</summary>
    Unknown,

    /// <summary>It runs a statement.</summary>
    Active,

    /// <summary>It waits for its client, outside a transaction.</summary>
    Idle,

    /// <summary>It waits for its client within a transaction, and keeps its locks meanwhile.</summary>
    IdleInTransaction,

    /// <summary>As <see cref="IdleInTransaction"/>, after a statement that failed.</summary>
    IdleInTransactionAborted,

    /// <summary>It runs a function by the fast path.</summary>
    FastPathFunctionCall,

    /// <summary>The server does not track activities (<c>track_activities</c> is off).</summary>
    Disabled,

    /// <summary>It is being set up (PostgreSQL 18).</summary>
    Starting,
}
