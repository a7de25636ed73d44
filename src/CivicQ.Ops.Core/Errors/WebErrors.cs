namespace CivicQ.Ops.Core.Errors;

/// <summary>Errors of HTTP. Those on the way to the server are in <see cref="NetworkErrors"/>.</summary>
public static class WebErrors
{
    /// <summary>The server did not answer in time.</summary>
    public static readonly ErrorDefinition Timeout = new(
        "HttpTimeout", ErrorKind.OperationTimeout, "The process hangs or is overloaded: look at its CPU, its database connections and its log; runbook: Service Down.");

    /// <summary>The connection broke, or could not be made.</summary>
    public static readonly ErrorDefinition Unreachable = new(
        "HttpUnreachable", ErrorKind.ConnectionError, "Test-CivicQEndpoint shows in which phase it breaks; runbook: Service Down.");

    /// <summary>The status is not the one expected.</summary>
    public static readonly ErrorDefinition StatusUnexpected = new(
        "HttpStatusUnexpected", ErrorKind.InvalidResult, "Look at the service's log of this minute and at what was deployed last; runbook: High Error Rate.");

    /// <summary>The body is not what the address should give.</summary>
    public static readonly ErrorDefinition BodyInvalid = new(
        "HttpBodyInvalid", ErrorKind.InvalidData, "Check that the address is the service's own and not a proxy's or an error page's.");

    /// <summary>The body is larger than anything sensible.</summary>
    public static readonly ErrorDefinition BodyTooLarge = new(
        "HttpBodyTooLarge", ErrorKind.LimitsExceeded, "Check that the address is the one meant; health reports are small.");

    /// <summary>The server sends to another address where it should answer.</summary>
    public static readonly ErrorDefinition Redirected = new(
        "HttpRedirected", ErrorKind.InvalidResult,
        "Write the address that it leads to into the environment; where that is a login page or another host, mend the redirect rules of nginx and Cloudflare, so that this address answers itself.");

    /// <summary>Redirects lead in a circle, on and on, or from https to http.</summary>
    public static readonly ErrorDefinition RedirectInvalid = new(
        "HttpRedirectInvalid", ErrorKind.ProtocolError, "Check the redirect rules of nginx and Cloudflare (SSL mode 'Flexible' makes circles).");

    /// <summary>What came is not HTTP.</summary>
    public static readonly ErrorDefinition ProtocolInvalid = new(
        "HttpProtocolInvalid", ErrorKind.ProtocolError, "Check that host, port and scheme are the service's: http where https is spoken, or another service.");

    /// <summary>The bearer token cannot be sent.</summary>
    public static readonly ErrorDefinition TokenInvalid = new(
        "HttpTokenInvalid", ErrorKind.InvalidData, "Store the token as one line of visible ASCII characters.");
}
