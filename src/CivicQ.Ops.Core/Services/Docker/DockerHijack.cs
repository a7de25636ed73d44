using System.Net.Security;
using System.Net.Sockets;

namespace CivicQ.Ops.Core.Services.Docker;

/// <summary>A connection that the engine handed over: bytes in both directions.</summary>
internal sealed class DockerHijack(HttpMessageInvoker invoker, HttpResponseMessage response, Stream stream, Stream raw) : IDisposable
{
    /// <summary>The bytes.</summary>
    public Stream Stream => stream;

    /// <summary>Says that nothing more will be written; reading goes on.</summary>
    public async Task CloseWriteAsync()
    {
        switch (raw)
        {
            case NetworkStream network:
                network.Socket.Shutdown(SocketShutdown.Send);
                break;
            case SslStream tls:
                await tls.ShutdownAsync().ConfigureAwait(false);
                break;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stream.Dispose();
        response.Dispose();
        invoker.Dispose();
        raw.Dispose();
    }
}
