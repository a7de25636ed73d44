using System.Globalization;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Services.Docker;

/// <summary>Where an engine is.</summary>
public sealed record DockerEndpoint
{
    private const int PlainPort = 2375;
    private const int TlsPort = 2376;

    /// <summary>How it is reached.</summary>
    public required DockerEndpointKind Kind { get; init; }

    /// <summary>The address as <c>DOCKER_HOST</c> has it.</summary>
    public required string Address { get; init; }

    /// <summary>The socket's path, the pipe's name, or the host.</summary>
    public required string Host { get; init; }

    /// <summary>The TCP port; 0 for sockets and pipes.</summary>
    public int Port { get; init; }

    /// <summary>The folder of <c>ca.pem</c>, <c>cert.pem</c> and <c>key.pem</c>; each of them may be missing.</summary>
    public string? CertificateFolder { get; init; }

    /// <summary>True where the context says that the engine's certificate is not to be verified.</summary>
    public bool SkipVerification { get; init; }

    /// <summary>The context that it comes from; <see langword="null"/> for an address of its own.</summary>
    public string? Context { get; init; }

    /// <summary>Reads an address.</summary>
    /// <param name="address">As <c>DOCKER_HOST</c> has it.</param>
    /// <param name="tls">True for TLS over TCP.</param>
    /// <param name="certificateFolder">The folder of certificates.</param>
    /// <returns>The endpoint.</returns>
    /// <exception cref="OperationException"><c>DockerEndpointInvalid</c>.</exception>
    public static DockerEndpoint Parse(string address, bool tls = false, string? certificateFolder = null)
    {
        var split = address.IndexOf("://", StringComparison.Ordinal);
        var (scheme, rest) = split < 0 ? ("", address) : (address[..split], address[(split + 3)..]);
        switch (scheme)
        {
            case "unix" when rest.StartsWith('/'):
                return new DockerEndpoint { Kind = DockerEndpointKind.Unix, Address = address, Host = rest };
            case "npipe" when rest.Replace('\\', '/') is var path && path.StartsWith("//./pipe/", StringComparison.Ordinal) && path.Length > 9:
                return new DockerEndpoint { Kind = DockerEndpointKind.Pipe, Address = address, Host = path[9..] };
            case "ssh":
                throw new OperationException(
                    DockerErrors.EndpointInvalid,
                    $"Docker endpoint '{address}' goes through ssh, which this module does not speak. Forward the socket (ssh -NL /tmp/docker.sock:/var/run/docker.sock host) and name unix:///tmp/docker.sock.", address);
            case "tcp" or "http" or "https" when Uri.TryCreate($"tcp://{rest}", UriKind.Absolute, out var uri)
                && uri.Host.Length > 0 && uri.UserInfo.Length == 0 && uri.AbsolutePath is "/" or "":
                var secure = tls || string.Equals(scheme, "https", StringComparison.Ordinal);
                var port = uri.Port > 0 ? uri.Port : secure ? TlsPort : PlainPort;
                return new DockerEndpoint
                {
                    Kind = secure ? DockerEndpointKind.Tls : DockerEndpointKind.Tcp,
                    Address = address,
                    Host = uri.IdnHost,
                    Port = port,
                    CertificateFolder = secure ? certificateFolder : null,
                };
            default:
                throw new OperationException(
                    DockerErrors.EndpointInvalid,
                    string.Create(CultureInfo.InvariantCulture, $"'{address}' is no Docker endpoint: expected unix:///PATH, npipe:////./pipe/NAME or tcp://HOST:PORT."), address);
        }
    }
}
