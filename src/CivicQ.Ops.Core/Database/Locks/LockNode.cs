namespace CivicQ.Ops.Core.Database.Locks;

/// <summary>What the server says of one session that waits or is waited for, before the tree is made of it.</summary>
/// <param name="Key">Unique: the process id; a negative number for a prepared transaction.</param>
/// <param name="BlockedBy">The keys of those that it waits for.</param>
/// <param name="Lock">The rest.</param>
internal sealed record LockNode(int Key, int[] BlockedBy, DatabaseLock Lock);
