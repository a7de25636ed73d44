namespace CivicQ.Ops.Core.Errors;

/// <summary>Errors of Redis, as the cache and as Celery's broker.</summary>
public static class CacheErrors
{
    /// <summary>The server cannot be reached.</summary>
    public static readonly ErrorDefinition Unreachable = new(
        "CacheUnreachable", ErrorKind.ConnectionError,
        "Check that Redis runs and that this machine may reach it (Test-CivicQEndpoint); manual: Restart Services.");

    /// <summary>The server wants a password and got none, or refused the one it got.</summary>
    public static readonly ErrorDefinition AuthenticationFailed = new(
        "CacheAuthenticationFailed", ErrorKind.AuthenticationError,
        "Check where the password is read from (Test-CivicQEnvironment) against requirepass of the server.");

    /// <summary>The server reads its data from disk and answers nothing else meanwhile.</summary>
    public static readonly ErrorDefinition Loading = new(
        "CacheLoading", ErrorKind.ResourceUnavailable,
        "Wait until Redis has read its data (its log shows how far it is; Wait-CivicQHealth -Component Cache waits). Do not restart it: it would begin again.");

    /// <summary>The server took the connection, or nothing refused it, and no answer came in time.</summary>
    public static readonly ErrorDefinition Timeout = new(
        "CacheTimeout", ErrorKind.OperationTimeout,
        "Look whether a slow command or the machine blocks Redis (SLOWLOG GET, Get-CivicQHostResource) before restarting it.");

    /// <summary>The address of the server cannot be read.</summary>
    public static readonly ErrorDefinition AddressInvalid = new(
        "CacheAddressInvalid", ErrorKind.InvalidArgument, "Write it as redis://:password@host:6379/0, or rediss:// for TLS.");

    /// <summary>The address names an ACL user, which the client library cannot log in as.</summary>
    public static readonly ErrorDefinition UserNotSupported = new(
        "CacheUserNotSupported", ErrorKind.InvalidArgument, "Leave the user name out and give the password of the server's default user.");

    /// <summary>The server's certificate is not to be trusted.</summary>
    public static readonly ErrorDefinition CertificateRejected = new(
        "CacheCertificateRejected", ErrorKind.SecurityError,
        "Name the authority in the environment's tls.certificateAuthority, or mend the server's certificate.");

    /// <summary>The server is a replica and takes no changes.</summary>
    public static readonly ErrorDefinition ReadOnly = new(
        "CacheReadOnly", ErrorKind.InvalidOperation, "Name the primary in the environment; INFO replication of this server tells where it is.");

    /// <summary>The server is out of memory for new data.</summary>
    public static readonly ErrorDefinition OutOfMemory = new(
        "CacheOutOfMemory", ErrorKind.LimitsExceeded, "Raise maxmemory or make room; manual: Cache Health, Redis memory.");

    /// <summary>The server refuses changes because it cannot save its data.</summary>
    public static readonly ErrorDefinition PersistenceFailed = new(
        "CachePersistenceFailed", ErrorKind.WriteError, "Look at the disk that holds Redis' data (Get-CivicQHostResource) and at its log.");

    /// <summary>The account may not use this command.</summary>
    public static readonly ErrorDefinition PermissionDenied = new(
        "CachePermissionDenied", ErrorKind.PermissionDenied, "The message names the command; allow it in the server's ACL, or use another account.");

    /// <summary>The server answered a command with an error.</summary>
    public static readonly ErrorDefinition CommandFailed = new(
        "CacheCommandFailed", ErrorKind.InvalidResult, "The message holds the server's own words.");
}
