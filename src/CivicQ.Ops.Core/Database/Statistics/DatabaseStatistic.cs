namespace CivicQ.Ops.Core.Database.Statistics;

/// <summary>What one database has done since its statistics were reset, and how fast it does it now.</summary>
public sealed record DatabaseStatistic
{
    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>The database.</summary>
    public required string Database { get; init; }

    /// <summary>Its size on disk, in bytes; <see langword="null"/> where the role may not connect to it.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>Sessions connected to it.</summary>
    public int Connections { get; init; }

    /// <summary>The limit of its own, if it has one.</summary>
    public int? ConnectionLimit { get; init; }

    /// <summary>Sessions of clients on the whole server.</summary>
    public int ServerConnections { get; init; }

    /// <summary>The server's <c>max_connections</c>.</summary>
    public int MaximumConnections { get; init; }

    /// <summary>How many of them are kept for superusers and for those with <c>pg_use_reserved_connections</c>.</summary>
    public int ReservedConnections { get; init; }

    /// <summary>The share of the server's connections, without the reserved, that is in use: 1 and more means that applications are refused.</summary>
    public double PoolUse { get; init; }

    /// <summary>Transactions committed since the reset.</summary>
    public long Commits { get; init; }

    /// <summary>Transactions rolled back since the reset.</summary>
    public long Rollbacks { get; init; }

    /// <summary>Deadlocks since the reset.</summary>
    public long Deadlocks { get; init; }

    /// <summary>Queries cancelled on a replica because they were in recovery's way, since the reset.</summary>
    public long Conflicts { get; init; }

    /// <summary>Temporary files that statements needed for want of memory, since the reset.</summary>
    public long TemporaryFiles { get; init; }

    /// <summary>What was written to them, in bytes.</summary>
    public long TemporaryBytes { get; init; }

    /// <summary>The share of blocks found in the server's memory since the reset, 0 to 1; <see langword="null"/> before the first.</summary>
    public double? CacheHitRatio { get; init; }

    /// <summary>When the totals began, UTC; <see langword="null"/> where they were never reset.</summary>
    public DateTimeOffset? StatisticsReset { get; init; }

    /// <summary>The time between the two samples that the rates are of; <see langword="null"/> with one sample.</summary>
    public TimeSpan? SampleDuration { get; init; }

    /// <summary>Commits a second; <see langword="null"/> with one sample, or where the totals were reset in between.</summary>
    public double? CommitRate { get; init; }

    /// <summary>Rollbacks a second.</summary>
    public double? RollbackRate { get; init; }

    /// <summary>Deadlocks a second.</summary>
    public double? DeadlockRate { get; init; }

    /// <summary>Bytes a second written to temporary files.</summary>
    public double? TemporaryBytesRate { get; init; }

    /// <summary>The share of blocks found in memory between the samples; <see langword="null"/> where none was asked for.</summary>
    public double? SampleCacheHitRatio { get; init; }

    /// <summary>The age of its oldest transaction id: the server stops taking writes near 2,147,483,647.</summary>
    public long TransactionIdAge { get; init; }

    /// <summary>How many transactions are left until the server takes no more writes.</summary>
    public long TransactionIdsLeft { get; init; }

    /// <summary>The age of its oldest multixact id.</summary>
    public long MultiXactIdAge { get; init; }

    /// <summary>How far the way to wraparound has been gone, 0 to 1: the worse of both ages. Autovacuum steps in at <c>autovacuum_freeze_max_age</c>, by default 0.09.</summary>
    public double WraparoundRatio { get; init; }

    /// <summary>Of the environment's own database, the table with the oldest transaction id.</summary>
    public string? OldestTable { get; init; }
}
