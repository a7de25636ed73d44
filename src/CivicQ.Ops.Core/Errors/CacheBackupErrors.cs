namespace CivicQ.Ops.Core.Errors;

/// <summary>Errors of backups of Redis.</summary>
public static class CacheBackupErrors
{
    /// <summary>The server does not let this account replicate.</summary>
    public static readonly ErrorDefinition ReplicationRefused = new(
        "CacheReplicationRefused", ErrorKind.PermissionDenied,
        "Allow the account +sync and +replconf (ACL SETUSER), or let the server save itself: Backup-CivicQCache -Method Snapshot.");

    /// <summary>The server does not let this account make it save its data.</summary>
    public static readonly ErrorDefinition SnapshotRefused = new(
        "CacheSnapshotRefused", ErrorKind.PermissionDenied,
        "Allow the account +sync and +replconf, or +bgsave, +lastsave and +info (ACL SETUSER); where Redis is hosted, take the backup with its provider's own tool.");

    /// <summary>The server's save did not succeed.</summary>
    public static readonly ErrorDefinition SnapshotFailed = new(
        "CacheSnapshotFailed", ErrorKind.WriteError, "Look at the disk that holds Redis' data (Get-CivicQHostResource) and at its log.");

    /// <summary>The file of a backup cannot be read.</summary>
    public static readonly ErrorDefinition Unreadable = new(
        "CacheBackupUnreadable", ErrorKind.ReadError, "The message has the system's reason: rights, or the disk.");

    /// <summary>There are keys where the backup should go.</summary>
    public static readonly ErrorDefinition NotEmpty = new(
        "CacheNotEmpty", ErrorKind.ResourceExists,
        "Say what should become of the keys that are there: -Replace removes them, -Merge keeps those that the backup does not have. -WhatIf shows the counts.");

    /// <summary>Celery's queues would be overwritten.</summary>
    public static readonly ErrorDefinition QueueProtected = new(
        "CacheQueueProtected", ErrorKind.SecurityError,
        "Restore the cache's keys alone (-Database, -Pattern). -IncludeQueue overwrites the queues: tasks that wait are lost, old ones run again.");

    /// <summary>The backup comes from a newer server than the one that should take it.</summary>
    public static readonly ErrorDefinition TooNew = new(
        "CacheBackupTooNew", ErrorKind.InvalidOperation, "Restore into a server of the version that wrote the backup, or a newer one.");

    /// <summary>The backup holds what this module cannot read key by key.</summary>
    public static readonly ErrorDefinition NotReadable = new(
        "CacheBackupNotReadable", ErrorKind.InvalidData,
        "The file is whole. Let a new server load it: stopped, with the file as its dump.rdb and appendonly no; Get-Help Restore-CivicQCache -Full has the steps.");

    /// <summary>Not all keys came back.</summary>
    public static readonly ErrorDefinition RestoreIncomplete = new(
        "CacheRestoreIncomplete", ErrorKind.InvalidResult,
        "The message says what is missing. Where memory was short, raise maxmemory and run it again with -Replace; the safety copy has what was there before.");
}
