namespace CivicQ.Ops.Core.Errors;

/// <summary>Errors of backups and of restoring them.</summary>
public static class BackupErrors
{
    /// <summary>The environment names no place for backups.</summary>
    public static readonly ErrorDefinition NoPlace = new(
        "BackupPlaceNotConfigured", ErrorKind.ObjectNotFound, "Name backups.folder or backups.bucket in the environment (Register-CivicQEnvironment -BackupFolder, -BackupBucket), or give -Folder.");

    /// <summary>No backup has this name, or there is none at all.</summary>
    public static readonly ErrorDefinition NotFound = new(
        "BackupNotFound", ErrorKind.ObjectNotFound, "Get-CivicQBackup lists what there is; Backup-CivicQDatabase makes one.");

    /// <summary>The backup is not what was written.</summary>
    public static readonly ErrorDefinition Damaged = new(
        "BackupDamaged", ErrorKind.InvalidData, "Take another one: Get-CivicQBackup | Test-CivicQBackup says which are good. Keep this one aside until the cause is known, and look at the disk or the bucket.");

    /// <summary>A newer module wrote the manifest.</summary>
    public static readonly ErrorDefinition ManifestTooNew = new(
        "BackupManifestTooNew", ErrorKind.InvalidData, "Update this module on the machine that reads the backup.");

    /// <summary>Another backup of the same database runs.</summary>
    public static readonly ErrorDefinition Busy = new(
        "BackupAlreadyRunning", ErrorKind.ResourceBusy, "Wait for it, or look with Get-CivicQDatabaseSession at what the process is.");

    /// <summary>The newest good backup in the same place is another environment's.</summary>
    public static readonly ErrorDefinition PlaceShared = new(
        "BackupPlaceShared", ErrorKind.ResourceExists,
        "Give each environment a folder, or a backups.prefix in the bucket, of its own (Register-CivicQEnvironment -BackupFolder, -BackupPrefix); after an environment was renamed, move its old backups away. Nothing was written.");

    /// <summary>pg_dump or one of its like is not there.</summary>
    public static readonly ErrorDefinition ProgramNotInstalled = new(
        "BackupProgramNotInstalled", ErrorKind.NotInstalled,
        "Install PostgreSQL's client programs of the server's version or newer (apt-get install postgresql-client), name their folder in backups.programs, or name in backups.service the service whose container has them.");

    /// <summary>The program is older than the server.</summary>
    public static readonly ErrorDefinition ProgramTooOld = new(
        "BackupProgramTooOld", ErrorKind.NotInstalled, "Install PostgreSQL's client programs of the server's version or newer; an older pg_dump refuses a newer server.");

    /// <summary>A program in the database's own container or pod cannot connect there.</summary>
    public static readonly ErrorDefinition ServiceLoginRefused = new(
        "BackupServiceLoginRefused", ErrorKind.AuthenticationError,
        "Programs in backups.service connect through the server's own socket and have no password: backups.service must be the server's own service, and its pg_hba.conf must let the role in by 'local ... trust' (or peer). Otherwise leave out backups.service, and they run on this machine.");

    /// <summary>A pod that pg_restore runs in cannot be given a backup.</summary>
    public static readonly ErrorDefinition ServiceTakesNoInput = new(
        "BackupServiceTakesNoInput", ErrorKind.InvalidOperation,
        "Restore with the programs of this machine: leave out backups.service, in an environment of its own say (Get-CivicQEnvironment NAME | Register-CivicQEnvironment), with PostgreSQL's client programs installed here. Backups can be made in the pod. Nothing was replaced.");

    /// <summary>The service that the programs are run in holds another server than the environment's database.</summary>
    public static readonly ErrorDefinition OtherServer = new(
        "BackupOfAnotherServer", ErrorKind.InvalidResult, "Let backups.service name the service of the environment's own database, or leave it out. Nothing was published.");

    /// <summary>pg_dump or one of its like failed.</summary>
    public static readonly ErrorDefinition ProgramFailed = new(
        "BackupProgramFailed", ErrorKind.InvalidResult, "The message holds the program's own words; -Verbose shows all of them. Nothing was published.");

    /// <summary>The file or folder cannot be written.</summary>
    public static readonly ErrorDefinition WriteFailed = new(
        "BackupWriteFailed", ErrorKind.WriteError, "Make room, or see to the folder's owner and rights. Nothing was published, and the backups that were there are as they were.");

    /// <summary>What was read back is not what was written.</summary>
    public static readonly ErrorDefinition NotVerified = new(
        "BackupNotVerified", ErrorKind.InvalidResult, "The disk or the bucket did not keep what it was given: check it before anything else. Nothing was published.");

    /// <summary>The disk has not the room.</summary>
    public static readonly ErrorDefinition NoRoom = new(
        "BackupNoRoom", ErrorKind.LimitsExceeded, "Make room (Remove-CivicQBackup -WhatIf shows what may go), or choose another place.");

    /// <summary>The database is there already.</summary>
    public static readonly ErrorDefinition TargetExists = new(
        "RestoreTargetExists", ErrorKind.ResourceExists, "Restore under another name with -TargetDatabase, or say -Replace to put the restored one in its place; the present one is kept under another name.");

    /// <summary>The server is older than the one that the backup was made on.</summary>
    public static readonly ErrorDefinition ServerTooOld = new(
        "RestoreServerTooOld", ErrorKind.InvalidOperation, "Restore into a server of the same major version or a newer one.");

    /// <summary>The role may not do what a restore needs.</summary>
    public static readonly ErrorDefinition RoleTooWeak = new(
        "RestoreRoleTooWeak", ErrorKind.PermissionDenied, "Connect as a role that may create databases and owns the one that is replaced, or as a superuser.");

    /// <summary>Others' sessions are in the way of a renaming.</summary>
    public static readonly ErrorDefinition SessionsStay = new(
        "RestoreSessionsStay", ErrorKind.ResourceBusy, "Have these sessions ended by a superuser (Stop-CivicQDatabaseSession), stop what opens them, or connect as one; then restore again. Nothing was changed.");

    /// <summary>The restored database is not what the manifest says.</summary>
    public static readonly ErrorDefinition RestoreNotVerified = new(
        "RestoreNotVerified", ErrorKind.InvalidResult, "The restored database was dropped again and nothing was replaced. Take another backup, or see with -Verbose what pg_restore said.");

    /// <summary>pg_restore failed.</summary>
    public static readonly ErrorDefinition RestoreFailed = new(
        "RestoreFailed", ErrorKind.InvalidResult, "The message holds pg_restore's own words; -Verbose shows all of them. Where roles are missing, -NoOwner restores without them. Nothing was replaced.");

    /// <summary>The databases could not be renamed.</summary>
    public static readonly ErrorDefinition SwapFailed = new(
        "RestoreSwapFailed", ErrorKind.ResourceBusy, "Sessions came back faster than they were ended: suspend the services first (Set-CivicQService -Replicas 0), then restore again.");

    /// <summary>The backup may not go.</summary>
    public static readonly ErrorDefinition StillNeeded = new(
        "BackupStillNeeded", ErrorKind.InvalidOperation, "Make another backup first (Backup-CivicQDatabase) and see that it is good (Test-CivicQBackup); then this one may go.");

    /// <summary>The kind of backup is not the one that is needed.</summary>
    public static readonly ErrorDefinition WrongKind = new(
        "BackupWrongKind", ErrorKind.InvalidArgument, "Get-CivicQBackup -Kind lists those of a kind; Restore-CivicQDatabase -PointInTime takes physical ones, Restore-CivicQCache those of Redis.");
}
