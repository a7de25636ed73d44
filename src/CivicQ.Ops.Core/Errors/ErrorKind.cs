namespace CivicQ.Ops.Core.Errors;

/// <summary>The kind of an error; every name is also a name of PowerShell's <c>ErrorCategory</c>.</summary>
public enum ErrorKind
{
    /// <summary>The server refused who we say we are.</summary>
    AuthenticationError,

    /// <summary>No connection could be made, or it broke.</summary>
    ConnectionError,

    /// <summary>An argument cannot be right, whatever the state of the servers.</summary>
    InvalidArgument,

    /// <summary>Data that was read is damaged or not of the expected form.</summary>
    InvalidData,

    /// <summary>The operation makes no sense in the present state.</summary>
    InvalidOperation,

    /// <summary>The result is not what it must be, for example a check that failed.</summary>
    InvalidResult,

    /// <summary>A limit (of size, rate, number) was reached.</summary>
    LimitsExceeded,

    /// <summary>A program or extension that is needed is not installed.</summary>
    NotInstalled,

    /// <summary>What was named is not there.</summary>
    ObjectNotFound,

    /// <summary>The time allowed was over.</summary>
    OperationTimeout,

    /// <summary>The account may not do this.</summary>
    PermissionDenied,

    /// <summary>The peer does not speak the protocol as it should.</summary>
    ProtocolError,

    /// <summary>Something could not be read.</summary>
    ReadError,

    /// <summary>Somebody else holds it.</summary>
    ResourceBusy,

    /// <summary>It already is there.</summary>
    ResourceExists,

    /// <summary>It is there, and cannot serve now.</summary>
    ResourceUnavailable,

    /// <summary>Doing it would be unsafe.</summary>
    SecurityError,

    /// <summary>Something could not be written.</summary>
    WriteError,
}
