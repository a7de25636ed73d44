namespace CivicQ.Ops.Core.Errors;

/// <summary>Errors of changing a database: maintenance, indexes, sessions, suspension of writes.</summary>
public static class MaintenanceErrors
{
    /// <summary>Another maintenance run holds the database's advisory lock.</summary>
    public static readonly ErrorDefinition AlreadyRunning = new(
        "MaintenanceAlreadyRunning", ErrorKind.ResourceBusy,
        "Wait for the other run to end, or end it with Stop-CivicQDatabaseSession -ProcessId and the process that the message names.");

    /// <summary>The server is a replica, which cannot be changed.</summary>
    public static readonly ErrorDefinition ReadOnlyServer = new(
        "MaintenanceOnReplica", ErrorKind.InvalidOperation, "Name the environment whose database is the primary; Get-CivicQReplication shows who that is.");

    /// <summary>There is no such index.</summary>
    public static readonly ErrorDefinition IndexNotFound = new(
        "MaintenanceIndexNotFound", ErrorKind.ObjectNotFound, "Write the index's name as the catalog has it, without quotes, and its schema with -Schema.");

    /// <summary>It is not the time for what disturbs the users.</summary>
    public static readonly ErrorDefinition OutsideWindow = new(
        "MaintenanceOutsideWindow", ErrorKind.InvalidOperation,
        "Wait for the environment's maintenance window (maintenanceWindow in environments.json), or say -Force. Manual: Database Maintenance, monthly.");

    /// <summary>The disk has no room for the copies that are made.</summary>
    public static readonly ErrorDefinition DiskRoomMissing = new(
        "MaintenanceDiskRoomMissing", ErrorKind.LimitsExceeded,
        "Make room on the server's disk, lower -Parallel, or name smaller tables; without -Full no copy is made.");

    /// <summary>Nobody can tell how much room the server's disk has.</summary>
    public static readonly ErrorDefinition DiskRoomUnknown = new(
        "MaintenanceDiskRoomUnknown", ErrorKind.ResourceUnavailable,
        "Ask the server's machine (df --output=avail -B1 with the data directory) and give the figure with -AvailableBytes.");

    /// <summary>A table or index could not be worked on.</summary>
    public static readonly ErrorDefinition Failed = new(
        "MaintenanceFailed", ErrorKind.InvalidResult, "The message holds the server's own words. The other tables were worked on; run it again for this one.");

    /// <summary>An index of the same columns is there already.</summary>
    public static readonly ErrorDefinition IndexDuplicate = new(
        "DatabaseIndexDuplicate", ErrorKind.ResourceExists, "Use the index that the message names; a second one of the same columns costs writes and disk, and serves nobody.");

    /// <summary>The name belongs to something else.</summary>
    public static readonly ErrorDefinition IndexNameTaken = new(
        "DatabaseIndexNameTaken", ErrorKind.ResourceExists, "Give another -Name.");

    /// <summary>There is no such column.</summary>
    public static readonly ErrorDefinition ColumnNotFound = new(
        "DatabaseColumnNotFound", ErrorKind.ObjectNotFound, "Write the column's name as the catalog has it, without quotes.");

    /// <summary>The index cannot be made in this way.</summary>
    public static readonly ErrorDefinition IndexUnsupported = new(
        "DatabaseIndexUnsupported", ErrorKind.InvalidOperation, "Follow the message: another method, fewer columns, or each partition on its own.");

    /// <summary>Neither a session nor a condition was named.</summary>
    public static readonly ErrorDefinition StopConditionMissing = new(
        "DatabaseStopConditionMissing", ErrorKind.InvalidArgument,
        "Name sessions with -ProcessId, or a condition: -IdleLongerThan, -RunningLongerThan or -IdleInTransactionLongerThan.");

    /// <summary>A duration so short that it would fit every session.</summary>
    public static readonly ErrorDefinition StopConditionTooShort = new(
        "DatabaseStopConditionTooShort", ErrorKind.InvalidArgument, "Write durations as 00:10:00; PowerShell reads a bare number as ticks of 100 ns.");

    /// <summary>The role may not signal the session.</summary>
    public static readonly ErrorDefinition SessionNotPermitted = new(
        "DatabaseSessionNotPermitted", ErrorKind.PermissionDenied, "Connect as the session's own role, as a member of pg_signal_backend, or as a superuser for a superuser's session.");

    /// <summary>The session is still there after it was told to end.</summary>
    public static readonly ErrorDefinition SessionStillThere = new(
        "DatabaseSessionStillThere", ErrorKind.OperationTimeout, "It may be rolling back, or waiting for a disk: look at its wait event with Get-CivicQDatabaseSession, and wait.");

    /// <summary>A write in a new session succeeded although writes are suspended, or the other way round.</summary>
    public static readonly ErrorDefinition WriteGuardNotEffective = new(
        "DatabaseWriteGuardNotEffective", ErrorKind.InvalidResult,
        "A setting of the role wins over the database's (ALTER ROLE … SET default_transaction_read_only): the message names it.");

    /// <summary>Writes are suspended, and this machine does not know what was before.</summary>
    public static readonly ErrorDefinition WriteGuardUnknown = new(
        "DatabaseWriteGuardUnknown", ErrorKind.InvalidOperation,
        "Resume on the machine that suspended (its record is in CIVICQ_STATE), or say -Force to take the setting away.");
}
