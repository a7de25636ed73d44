namespace CivicQ.Ops.Core.Errors;

/// <summary>Errors of PostgreSQL.</summary>
public static class DatabaseErrors
{
    /// <summary>The server cannot be reached.</summary>
    public static readonly ErrorDefinition Unreachable = new(
        "DatabaseUnreachable", ErrorKind.ConnectionError,
        "Check that the server runs and that this machine may reach it (Test-CivicQEndpoint); runbook: Database Issues.");

    /// <summary>The server refused the role or its password.</summary>
    public static readonly ErrorDefinition AuthenticationFailed = new(
        "DatabaseAuthenticationFailed", ErrorKind.AuthenticationError,
        "Check the role and where its password is read from (Test-CivicQEnvironment).");

    /// <summary>The server has no connection left to give.</summary>
    public static readonly ErrorDefinition TooManyConnections = new(
        "DatabaseConnectionsExhausted", ErrorKind.LimitsExceeded,
        "Free idle connections as a superuser, whose slots are reserved; runbook: Database Issues, connection exhaustion.");

    /// <summary>The server is starting, stopping or recovering.</summary>
    public static readonly ErrorDefinition NotAccepting = new(
        "DatabaseNotAcceptingConnections", ErrorKind.ResourceUnavailable,
        "Wait for start-up or recovery to end and look at the server's log; runbook: Database Issues.");

    /// <summary>The database named does not exist.</summary>
    public static readonly ErrorDefinition NoSuchDatabase = new(
        "DatabaseNotFound", ErrorKind.ObjectNotFound, "Check the database's name in the environment.");

    /// <summary>The address of the database cannot be read.</summary>
    public static readonly ErrorDefinition InvalidAddress = new(
        "DatabaseAddressInvalid", ErrorKind.InvalidArgument, "Write it as postgresql://user:password@host:5432/name?sslmode=verify-full.");

    /// <summary>The server's certificate is not to be trusted.</summary>
    public static readonly ErrorDefinition CertificateRejected = new(
        "DatabaseCertificateRejected", ErrorKind.SecurityError,
        "Name the authority in rootCertificate, or mend the server's certificate; do not lower sslmode.");

    /// <summary>The role lacks a privilege.</summary>
    public static readonly ErrorDefinition PermissionDenied = new(
        "DatabasePermissionDenied", ErrorKind.PermissionDenied, "Grant the role pg_monitor for looking, or use the owner for changing.");

    /// <summary>A statement failed.</summary>
    public static readonly ErrorDefinition QueryFailed = new(
        "DatabaseQueryFailed", ErrorKind.InvalidResult, "The message holds the server's own words and SQLSTATE.");

    /// <summary>A name that no table, schema or other object can have.</summary>
    public static readonly ErrorDefinition IdentifierInvalid = new(
        "DatabaseIdentifierInvalid", ErrorKind.InvalidArgument, "Give the name as the catalog has it (Get-CivicQTableSize), without quotes of SQL; it has at most 63 bytes and no NUL.");

    /// <summary>pg_stat_statements is not there, or not loaded.</summary>
    public static readonly ErrorDefinition StatementStatisticsNotInstalled = new(
        "StatementStatisticsNotInstalled", ErrorKind.NotInstalled,
        "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements' and restart the server; then CREATE EXTENSION pg_stat_statements in the database.");

    /// <summary>pgstattuple is not there.</summary>
    public static readonly ErrorDefinition TupleStatisticsNotInstalled = new(
        "TupleStatisticsNotInstalled", ErrorKind.NotInstalled, "CREATE EXTENSION pgstattuple (package postgresql-contrib), or estimate with -Method Estimate.");

    /// <summary>No session has this process.</summary>
    public static readonly ErrorDefinition SessionNotFound = new(
        "DatabaseSessionNotFound", ErrorKind.ObjectNotFound, "The session has ended, or never was: Get-CivicQDatabaseSession lists those that are there.");

    /// <summary>No table of this name is there.</summary>
    public static readonly ErrorDefinition TableNotFound = new(
        "DatabaseTableNotFound", ErrorKind.ObjectNotFound, "Look at the names with Get-CivicQTableSize, and whether -Database and -Schema are the right ones.");

    /// <summary>A statement of the operator's that the server does not understand.</summary>
    public static readonly ErrorDefinition StatementInvalid = new(
        "DatabaseStatementInvalid", ErrorKind.InvalidArgument, "Mend the statement where the message points to; names in mixed case need double quotes.");

    /// <summary>A parameter of a statement that cannot be sent.</summary>
    public static readonly ErrorDefinition ParameterInvalid = new(
        "DatabaseParameterInvalid", ErrorKind.InvalidArgument, "Give -Parameter as @{ name = value }, with texts, numbers, times, true or false, $null, or lists of one kind.");

    /// <summary>A statement that writes, in a transaction that reads.</summary>
    public static readonly ErrorDefinition ReadOnly = new(
        "DatabaseReadOnly", ErrorKind.InvalidOperation, "If the change is meant, run it with -AllowWrite, on the primary, and not while writes are suspended.");
}
