namespace CivicQ.Ops.Core.Database.Replication;

/// <summary>Which part of replication an object tells of.</summary>
public enum ReplicationKind
{
    /// <summary>A replica that this server sends to.</summary>
    Replica,

    /// <summary>A slot, which keeps WAL for a replica or subscriber whether it is connected or not.</summary>
    Slot,

    /// <summary>This server is itself a replica: what it receives and replays.</summary>
    Receiver,
}
