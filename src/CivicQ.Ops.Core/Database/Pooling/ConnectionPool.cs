using CivicQ.Ops.Core.Health;

namespace CivicQ.Ops.Core.Database.Pooling;

/// <summary>One of PgBouncer's pools: the connections of one user to one database.</summary>
public sealed record ConnectionPool
{
    /// <summary>The environment's name.</summary>
    public required string Environment { get; init; }

    /// <summary>The database, as clients name it.</summary>
    public required string Database { get; init; }

    /// <summary>The user that the pool's connections to the server are of.</summary>
    public required string User { get; init; }

    /// <summary>The worst of: share of the pool in use, longest wait, a database that is paused (Degraded) or disabled (Unhealthy).</summary>
    public HealthStatus Status { get; init; }

    /// <summary>Clients that have a connection, or need none at the moment.</summary>
    public int ClientsActive { get; init; }

    /// <summary>Clients that wait for a connection.</summary>
    public int ClientsWaiting { get; init; }

    /// <summary>Requests of clients to cancel a statement, sent on or waiting.</summary>
    public int ClientsCancelling { get; init; }

    /// <summary>Connections to the server that a client has.</summary>
    public int ServersActive { get; init; }

    /// <summary>Connections that are free at once.</summary>
    public int ServersIdle { get; init; }

    /// <summary>Connections that were idle so long that they are tried before their next use.</summary>
    public int ServersUsed { get; init; }

    /// <summary>Connections that are being reset or tried.</summary>
    public int ServersTested { get; init; }

    /// <summary>Connections that are being made.</summary>
    public int ServersLogin { get; init; }

    /// <summary>Connections that carry a request to cancel, or whose statement is being cancelled (PgBouncer 1.18 and later).</summary>
    public int ServersCancelling { get; init; }

    /// <summary>How long the client that waits longest has waited.</summary>
    public TimeSpan MaxWait { get; init; }

    /// <summary>When a connection goes back to the pool: <c>session</c>, <c>transaction</c> or <c>statement</c>.</summary>
    public string PoolMode { get; init; } = "";

    /// <summary>How many connections the pool may have; <see langword="null"/> where the console does not show the database: one of the entry <c>*</c>, while it has no client.</summary>
    public int? PoolSize { get; init; }

    /// <summary>How many more it may have when clients wait too long.</summary>
    public int? ReservePoolSize { get; init; }

    /// <summary>Connections that no client can have at the moment, as a share of <see cref="PoolSize"/>; above 1 while the reserve is in use.</summary>
    public double? UsedRatio { get; init; }

    /// <summary>True while PAUSE holds the database's clients back.</summary>
    public bool Paused { get; init; }

    /// <summary>True while DISABLE turns the database's new clients away.</summary>
    public bool Disabled { get; init; }

    /// <summary>Statements a second between two samples, of the whole database: PgBouncer does not count by user. <see langword="null"/> without a second sample.</summary>
    public double? QueriesPerSecond { get; init; }

    /// <summary>Transactions a second between two samples, of the whole database; in session mode PgBouncer counts a session as one.</summary>
    public double? TransactionsPerSecond { get; init; }

    /// <summary>The mean time of a statement between two samples, of the whole database; <see langword="null"/> where there was none.</summary>
    public TimeSpan? MeanQueryTime { get; init; }

    /// <summary>The time between the two samples.</summary>
    public TimeSpan? SampleTime { get; init; }

    /// <summary>What is wrong, in a sentence; empty where nothing is.</summary>
    public string Detail { get; init; } = "";
}
