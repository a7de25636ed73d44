namespace CivicQ.Ops.Core.Database.Replication;

/// <summary>A replica, a slot, or a server's own standing as a replica. Positions in the WAL are in PostgreSQL's notation.</summary>
public sealed record DatabaseReplication
{
    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>What this tells of.</summary>
    public ReplicationKind Kind { get; init; }

    /// <summary>The replica's name (its <c>application_name</c>), the slot's, or the primary's address.</summary>
    public string Name { get; init; } = "";

    /// <summary><c>streaming</c>, <c>catchup</c> …; of a slot <c>active</c> or <c>inactive</c>; of a receiver <c>disconnected</c> where none runs. <see langword="null"/> where the role may not see it.</summary>
    public string? State { get; init; }

    /// <summary>Of a replica: <c>async</c>, <c>sync</c>, <c>quorum</c>, <c>potential</c>. Of a slot: <c>physical</c> or <c>logical</c>.</summary>
    public string? Mode { get; init; }

    /// <summary>The replica's address.</summary>
    public string? ClientAddress { get; init; }

    /// <summary>The process that sends or receives.</summary>
    public int? ProcessId { get; init; }

    /// <summary>When that process started, UTC.</summary>
    public DateTimeOffset? BackendStart { get; init; }

    /// <summary>The slot that is used.</summary>
    public string? SlotName { get; init; }

    /// <summary>WAL that was written, or received, and is not yet replayed, in bytes.</summary>
    public long? LagBytes { get; init; }

    /// <summary>The time by which replay is behind: zero where nothing is left to replay. It may be small while <see cref="LagBytes"/> grows: look at both.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>The time until WAL is safe on the replica's disk.</summary>
    public TimeSpan? FlushDelay { get; init; }

    /// <summary>What was sent to the replica, or received from the primary.</summary>
    public string? SentPosition { get; init; }

    /// <summary>What is replayed; of a slot what must be kept.</summary>
    public string? ReplayPosition { get; init; }

    /// <summary>WAL that a slot keeps on the server's disk, in bytes.</summary>
    public long? RetainedBytes { get; init; }

    /// <summary>Of a slot: <c>reserved</c>, <c>extended</c>, <c>unreserved</c>, <c>lost</c>.</summary>
    public string? WalStatus { get; init; }

    /// <summary>Of a slot: how much WAL may yet be written before it is lost, where <c>max_slot_wal_keep_size</c> sets a limit.</summary>
    public long? SafeBytes { get; init; }

    /// <summary>True where replay is paused.</summary>
    public bool IsPaused { get; init; }
}
