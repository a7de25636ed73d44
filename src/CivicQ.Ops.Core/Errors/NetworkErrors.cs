namespace CivicQ.Ops.Core.Errors;

/// <summary>Errors on the way to a server: name, connection, TLS.</summary>
public static class NetworkErrors
{
    /// <summary>The text does not name an endpoint.</summary>
    public static readonly ErrorDefinition EndpointInvalid = new(
        "EndpointInvalid", ErrorKind.InvalidArgument, "Write host, host:port, [ipv6]:port or an address such as https://host/path.");

    /// <summary>The name could not be turned into an address.</summary>
    public static readonly ErrorDefinition DnsFailed = new(
        "DnsFailed", ErrorKind.ConnectionError, "Check the name, the DNS records and this machine's resolver; runbook: Service Down, external dependencies.");

    /// <summary>Nothing listens on that port.</summary>
    public static readonly ErrorDefinition ConnectionRefused = new(
        "ConnectionRefused", ErrorKind.ConnectionError, "Check that the service runs and listens on that address and port; runbook: Service Down.");

    /// <summary>No way leads to the address.</summary>
    public static readonly ErrorDefinition Unreachable = new(
        "EndpointUnreachable", ErrorKind.ConnectionError, "Check routes, firewalls and network policies between this machine and the service.");

    /// <summary>The peer did not go on within the time allowed.</summary>
    public static readonly ErrorDefinition TimedOut = new(
        "ConnectionTimedOut", ErrorKind.OperationTimeout,
        "A firewall that drops packets, or a service that hangs: Test-CivicQEndpoint shows in which phase; runbook: Service Down.");

    /// <summary>The peer hung up.</summary>
    public static readonly ErrorDefinition ConnectionClosed = new(
        "ConnectionClosed", ErrorKind.ConnectionError, "Look at the log of the service and of the load balancer before it.");

    /// <summary>The TLS handshake failed.</summary>
    public static readonly ErrorDefinition TlsHandshakeFailed = new(
        "TlsHandshakeFailed", ErrorKind.ProtocolError, "Check that the port speaks TLS 1.2 or 1.3 and has a certificate for this name (-ServerName).");

    /// <summary>The server was asked for TLS in its own protocol and declined.</summary>
    public static readonly ErrorDefinition TlsNotOffered = new(
        "TlsNotOffered", ErrorKind.SecurityError, "Switch TLS on in the server (PostgreSQL: ssl = on), or ask it without TLS on purpose.");

    /// <summary>The peer speaks another protocol than the one it was asked in.</summary>
    public static readonly ErrorDefinition ProtocolUnexpected = new(
        "ProtocolUnexpected", ErrorKind.ProtocolError, "Check that host and port are those of the service meant.");
}
