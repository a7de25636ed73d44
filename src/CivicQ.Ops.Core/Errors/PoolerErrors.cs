namespace CivicQ.Ops.Core.Errors;

/// <summary>Errors of PgBouncer's admin console.</summary>
public static class PoolerErrors
{
    /// <summary>PgBouncer cannot be reached.</summary>
    public static readonly ErrorDefinition Unreachable = new(
        "PoolerUnreachable", ErrorKind.ConnectionError,
        "Check that PgBouncer runs and that this machine may reach it (Test-CivicQEndpoint); while it is away the application has no database either.");

    /// <summary>PgBouncer refused the user, its password, or its wish for the console.</summary>
    public static readonly ErrorDefinition AuthenticationFailed = new(
        "PoolerAuthenticationFailed", ErrorKind.AuthenticationError,
        "Check the user and where its password is read from; it must be in PgBouncer's auth_file, and in stats_users or admin_users.");

    /// <summary>The certificate is not to be trusted, or there is none where one must be.</summary>
    public static readonly ErrorDefinition CertificateRejected = new(
        "PoolerCertificateRejected", ErrorKind.SecurityError, "Name the authority in pooler.rootCertificate, or mend PgBouncer's client_tls_* settings; do not lower sslMode.");

    /// <summary>What answers does not speak as PgBouncer's console does.</summary>
    public static readonly ErrorDefinition ProtocolViolated = new(
        "PoolerProtocolViolated", ErrorKind.ProtocolError, "Check host and port: this seems to be something else than PgBouncer.");

    /// <summary>A question to the console failed.</summary>
    public static readonly ErrorDefinition QueryFailed = new(
        "PoolerQueryFailed", ErrorKind.InvalidResult, "The message holds PgBouncer's own words; its log may say more.");

    /// <summary>No pool has this name.</summary>
    public static readonly ErrorDefinition PoolNotFound = new(
        "PoolNotFound", ErrorKind.ObjectNotFound, "PgBouncer makes a pool with its first client; Get-CivicQConnectionPool without a name lists those that there are.");
}
