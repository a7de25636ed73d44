using System.IO.Pipes;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Network;

namespace CivicQ.Ops.Core.Services.Docker;

/// <summary>Opens connections to an engine.</summary>
internal sealed class DockerDialer(DockerEndpoint endpoint, TimeSpan timeout)
{
    private readonly Lazy<TlsFiles> files = new(() => TlsFiles.Read(endpoint));

    /// <summary>Connects.</summary>
    /// <param name="paced">True for an answer that is long and comes at once: it is read in large pieces (<see cref="PacedSocketStream"/>).</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The connection; its owner disposes of it.</returns>
    /// <exception cref="OperationException"><c>DockerUnreachable</c>, <c>DockerDenied</c>, <c>DockerTlsFailed</c>, <c>DockerTimedOut</c>.</exception>
    public async ValueTask<Stream> ConnectAsync(bool paced, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(timeout, cancellationToken);
        try
        {
            return endpoint.Kind switch
            {
                DockerEndpointKind.Unix => await UnixAsync(paced, deadline.Token).ConfigureAwait(false),
                DockerEndpointKind.Pipe => await PipeAsync(deadline.Token).ConfigureAwait(false),
                DockerEndpointKind.Tcp => await TcpAsync(paced, deadline.Token).ConfigureAwait(false),
                _ => await TlsAsync(paced, deadline.Token).ConfigureAwait(false),
            };
        }
        catch (OperationCanceledException) when (deadline.Passed)
        {
            throw new OperationException(
                DockerErrors.TimedOut, FormattableString.Invariant($"The Docker engine at {endpoint.Address} took no connection within {timeout.TotalSeconds:0.###} s."), endpoint.Address);
        }
        catch (Exception error) when (error is SocketException { SocketErrorCode: SocketError.AccessDenied } or UnauthorizedAccessException)
        {
            throw new OperationException(DockerErrors.Denied, $"This account may not open the Docker engine's {endpoint.Address}.", endpoint.Address, error);
        }
        catch (Exception error) when (error is AuthenticationException or CryptographicException)
        {
            throw TlsFailed(error);
        }
        catch (Exception error) when (error is SocketException or IOException or TimeoutException or ArgumentException)
        {
            // .NET has one word for a socket that is not there and for others.
            var why = endpoint.Kind == DockerEndpointKind.Unix && !File.Exists(endpoint.Host) ? "there is no such socket." : NetworkFailure.Innermost(error).Message;
            throw new OperationException(DockerErrors.Unreachable, $"No Docker engine answers at {endpoint.Address}: {why}", endpoint.Address, error);
        }
    }

    private OperationException TlsFailed(Exception error) =>
        new(DockerErrors.TlsFailed, $"TLS with the Docker engine at {endpoint.Address} failed: {NetworkFailure.Innermost(error).Message}", endpoint.Address, error);

    private Task<Stream> UnixAsync(bool paced, CancellationToken cancellationToken) =>
        SocketAsync(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified), new UnixDomainSocketEndPoint(endpoint.Host), paced, cancellationToken);

    // Both families at once: the system's order of addresses is followed, one after the other.
    private Task<Stream> TcpAsync(bool paced, CancellationToken cancellationToken) =>
        SocketAsync(new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }, new DnsEndPoint(endpoint.Host, endpoint.Port), paced, cancellationToken);

    private static async Task<Stream> SocketAsync(Socket socket, EndPoint place, bool paced, CancellationToken cancellationToken)
    {
        try
        {
            await socket.ConnectAsync(place, cancellationToken).ConfigureAwait(false);
            return paced ? PacedSocketStream.Over(socket) : new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<Stream> PipeAsync(CancellationToken cancellationToken)
    {
        var pipe = new NamedPipeClientStream(".", endpoint.Host, PipeDirection.InOut, PipeOptions.Asynchronous);
        try
        {
            await pipe.ConnectAsync(cancellationToken).ConfigureAwait(false);
            return pipe;
        }
        catch
        {
            await pipe.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<Stream> TlsAsync(bool paced, CancellationToken cancellationToken)
    {
        var own = files.Value;
        var tls = new SslStream(await TcpAsync(paced, cancellationToken).ConfigureAwait(false), leaveInnerStreamOpen: false);
        try
        {
            var options = new SslClientAuthenticationOptions
            {
                TargetHost = endpoint.Host,
                ClientCertificates = own.Client is null ? null : [own.Client],
                CertificateChainPolicy = own.Policy(),
            };
            if (endpoint.SkipVerification)
            {
#pragma warning disable CA5359 // the context or the variables say so, as the docker CLI has it
                options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
            }

            await tls.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
            return tls;
        }
        catch (IOException error)
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw TlsFailed(error);
        }
        catch
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private sealed record TlsFiles(X509Certificate2? Client, X509Certificate2Collection? Authorities)
    {
        public static TlsFiles Read(DockerEndpoint endpoint)
        {
            string? Path(string name) => endpoint.CertificateFolder is { } folder && System.IO.Path.Combine(folder, name) is var path && File.Exists(path) ? path : null;
            try
            {
                X509Certificate2? client = null;
                if (Path("cert.pem") is { } certificate && Path("key.pem") is { } key)
                {
                    client = X509Certificate2.CreateFromPemFile(certificate, key);
                    if (OperatingSystem.IsWindows())
                    {
                        // Windows' TLS does not take a key that is in memory alone.
                        using var ephemeral = client;
#pragma warning disable SYSLIB0057 // the loader that replaces it is not in .NET 8
                        client = new X509Certificate2(ephemeral.Export(X509ContentType.Pfx));
#pragma warning restore SYSLIB0057
                    }
                }

                X509Certificate2Collection? authorities = null;
                if (Path("ca.pem") is { } authority)
                {
                    authorities = [];
                    authorities.ImportFromPemFile(authority);
                }

                return new TlsFiles(client, authorities);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
            {
                throw new OperationException(DockerErrors.TlsFailed, $"The certificates of the Docker engine at {endpoint.Address} cannot be read from {endpoint.CertificateFolder}: {error.Message}", endpoint.Address, error);
            }
        }

        public X509ChainPolicy? Policy()
        {
            if (Authorities is null)
            {
                return null;
            }

            var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, TrustMode = X509ChainTrustMode.CustomRootTrust, DisableCertificateDownloads = true };
            policy.CustomTrustStore.AddRange(Authorities);
            return policy;
        }
    }
}
