namespace CivicQ.Ops.Core.Errors;

/// <summary>Errors of Alembic's migrations.</summary>
public static class MigrationErrors
{
    /// <summary>There is no Alembic project in the folder.</summary>
    public static readonly ErrorDefinition ProjectNotFound = new(
        "MigrationProjectNotFound", ErrorKind.ObjectNotFound, "Name the folder that holds alembic.ini in database.migrations.folder: on this machine, or with database.migrations.service within the service's instances.");

    /// <summary>The revisions' files cannot be read, or do not fit each other.</summary>
    public static readonly ErrorDefinition ScriptsInvalid = new(
        "MigrationScriptsInvalid", ErrorKind.InvalidData, "Mend the file that the message names; Alembic itself would stumble over it too (alembic history).");

    /// <summary>Alembic is not there.</summary>
    public static readonly ErrorDefinition ProgramNotInstalled = new(
        "MigrationProgramNotInstalled", ErrorKind.NotInstalled,
        "Install it (apt-get install alembic python3-psycopg2, or pip install alembic in the application's virtual environment), or name it in database.migrations.program.");

    /// <summary>No revision has this name.</summary>
    public static readonly ErrorDefinition RevisionNotFound = new(
        "MigrationRevisionNotFound", ErrorKind.ObjectNotFound, "Get-CivicQMigration lists the revisions; the beginning of one is enough where it is of four characters or more and only one begins so.");

    /// <summary>What was asked for could mean several revisions.</summary>
    public static readonly ErrorDefinition Ambiguous = new(
        "MigrationAmbiguous", ErrorKind.InvalidArgument, "Name the revision: Get-CivicQMigration lists them. For all heads say -Revision heads; alembic merge joins them for good.");

    /// <summary>The database is at a revision that the scripts do not have.</summary>
    public static readonly ErrorDefinition DatabaseUnknown = new(
        "MigrationDatabaseUnknown", ErrorKind.InvalidOperation,
        "The database was migrated by another release. Check out the one that has this revision before going up or down; alembic stamp only changes what the database believes.");

    /// <summary>The way to the revision is the other one.</summary>
    public static readonly ErrorDefinition WrongDirection = new(
        "MigrationWrongDirection", ErrorKind.InvalidOperation, "Update-CivicQMigration goes up, Undo-CivicQMigration down.");

    /// <summary>There is nothing to go back from.</summary>
    public static readonly ErrorDefinition NothingToUndo = new(
        "MigrationNothingToUndo", ErrorKind.InvalidOperation, "Get-CivicQMigration shows what is applied.");

    /// <summary>The server takes no changes.</summary>
    public static readonly ErrorDefinition NotWritable = new(
        "MigrationNotWritable", ErrorKind.InvalidOperation, "Migrate on the primary (Get-CivicQReplication says which one it is), while writes are not suspended.");

    /// <summary>The instance's Alembic sees another database than the environment names.</summary>
    public static readonly ErrorDefinition OtherDatabase = new(
        "MigrationOtherDatabase", ErrorKind.InvalidOperation, "Compare the instance's variable DATABASE_URL with the environment's part database: both must name the same database.");

    /// <summary>The driver takes no limit for locks.</summary>
    public static readonly ErrorDefinition LockTimeoutNotHeeded = new(
        "MigrationLockTimeoutNotHeeded", ErrorKind.InvalidArgument,
        "Leave -LockTimeoutSeconds out, and set lock_timeout in env.py or by ALTER ROLE … IN DATABASE … SET lock_timeout; or let Alembic use psycopg.");

    /// <summary>Another migration runs.</summary>
    public static readonly ErrorDefinition Busy = new(
        "MigrationBusy", ErrorKind.ResourceBusy, "Wait for it, or look with Get-CivicQDatabaseSession at what the process is.");

    /// <summary>Alembic failed.</summary>
    public static readonly ErrorDefinition Failed = new(
        "MigrationFailed", ErrorKind.InvalidResult,
        "PostgreSQL took back what the failed transaction did: the message says where the database is now, -Verbose shows Alembic's whole output. Mend the revision and run it again, or go back with Undo-CivicQMigration; runbook: Database Rollback.");

    /// <summary>Alembic was content, and the database is not where it should be.</summary>
    public static readonly ErrorDefinition NotVerified = new(
        "MigrationNotVerified", ErrorKind.InvalidResult, "Check that env.py connects to the database that DATABASE_URL names, and commits; Get-CivicQMigration shows where it is.");
}
