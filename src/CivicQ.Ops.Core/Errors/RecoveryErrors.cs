namespace CivicQ.Ops.Core.Errors;

/// <summary>Errors of backups of a server's files, of the WAL archive, and of recovering to a point in time.</summary>
public static class RecoveryErrors
{
    /// <summary>The server's settings do not allow a backup of its files.</summary>
    public static readonly ErrorDefinition ServerNotReady = new(
        "PhysicalBackupNotPossible", ErrorKind.InvalidOperation, "Change the settings that the message names (wal_level, max_wal_senders and max_replication_slots need a restart), or back up without -Physical.");

    /// <summary>The role may not replicate.</summary>
    public static readonly ErrorDefinition RoleTooWeak = new(
        "PhysicalBackupRoleTooWeak", ErrorKind.PermissionDenied, "Give the role REPLICATION and a line for 'replication' in pg_hba.conf, or name a superuser in the environment.");

    /// <summary>WAL is not archived, or not as it should be.</summary>
    public static readonly ErrorDefinition NotArchived = new(
        "WalNotArchived", ErrorKind.InvalidResult,
        "Set in postgresql.conf: wal_level = replica, archive_mode = on (both need a restart), archive_command = 'test ! -f ARCHIVE/%f && cp %p ARCHIVE/%f', and name ARCHIVE in backups.walArchive. Without it a recovery reaches no further than the last backup.");

    /// <summary>The archive fails.</summary>
    public static readonly ErrorDefinition ArchiveFails = new(
        "WalArchiveFails", ErrorKind.InvalidResult, "Look at the end of the server's log for what archive_command said, and at the archive's disk, owner and rights. The server keeps all WAL until it succeeds, so its own disk fills meanwhile.");

    /// <summary>The archive's folder cannot be read.</summary>
    public static readonly ErrorDefinition ArchiveNotReadable = new(
        "WalArchiveNotReadable", ErrorKind.ReadError, "Name the folder that archive_command copies into in backups.walArchive, and run as an account that may read it (the server's own, or root).");

    /// <summary>The archive's segments are compressed in a way that cannot be undone here.</summary>
    public static readonly ErrorDefinition ArchiveCompressed = new(
        "WalCompressionNotReadable", ErrorKind.NotInstalled,
        "Segments are read as they are, with gzip (.gz) and with zstd (.zst): install the program that the message names (apt-get install zstd), or (on Windows always) decompress the segments under their own names of 24 digits. Nothing was changed.");

    /// <summary>No archive is named.</summary>
    public static readonly ErrorDefinition NoArchive = new(
        "WalArchiveNotConfigured", ErrorKind.ObjectNotFound, "Name the folder that archive_command copies into in backups.walArchive (Register-CivicQEnvironment -BackupWalArchive). Test-CivicQEnvironment says which of the server's settings are missing.");

    /// <summary>WAL is missing in between, or cannot be replayed.</summary>
    public static readonly ErrorDefinition WalMissing = new(
        "WalMissing", ErrorKind.ObjectNotFound, "Look for the segments, missing or damaged, in other copies of the archive and in the server's pg_wal, and put them into the archive; otherwise recover to an earlier time, or from another base backup (-Name). Nothing was changed.");

    /// <summary>The time cannot be reached.</summary>
    public static readonly ErrorDefinition TimeNotReachable = new(
        "RecoveryTimeNotReachable", ErrorKind.InvalidArgument, "Choose a time between the end of a physical backup (Get-CivicQBackup -Kind Physical) and the last archived WAL. Nothing was changed.");

    /// <summary>The throw-away server did not start, or broke.</summary>
    public static readonly ErrorDefinition ServerFailed = new(
        "RecoveryServerFailed", ErrorKind.InvalidResult, "The message holds the end of the throw-away server's log; -Verbose shows all of it. The server and its folder are gone, and nothing else was changed.");

    /// <summary>PostgreSQL's server programs are not here.</summary>
    public static readonly ErrorDefinition ServerNotInstalled = new(
        "RecoveryServerNotInstalled", ErrorKind.NotInstalled, "Install the server programs of the same major version on this machine (apt-get install postgresql-15), or run this on a machine that has them. They are started under an account of their own, beside any server that runs.");

    /// <summary>The folder for the recovered server cannot be used.</summary>
    public static readonly ErrorDefinition FolderNotUsable = new(
        "RecoveryFolderNotUsable", ErrorKind.WriteError, "Name an empty or new folder on a disk with room that the server's account can reach (-WorkDirectory, -DataDirectory).");

    /// <summary>The recovered data is not what it should be.</summary>
    public static readonly ErrorDefinition NotVerified = new(
        "RecoveryNotVerified", ErrorKind.InvalidResult, "Nothing was replaced. Take another backup with -Name, and keep this one aside until the cause is known.");
}
