using System.Net;
using Amazon.Runtime;

namespace CivicQ.Ops.Core.Storage;

/// <summary>Makes the HTTP clients of the S3 library: as it does itself, and every DELETE says that it has no body.</summary>
internal sealed class StorageClients : HttpClientFactory
{
    /// <inheritdoc/>
    public override HttpClient CreateHttpClient(IClientConfig clientConfig)
    {
        var handler = new HttpClientHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None };
        if (clientConfig.GetWebProxy() is { } proxy)
        {
            handler.Proxy = proxy;
        }

        if (clientConfig.MaxConnectionsPerServer is { } connections)
        {
            handler.MaxConnectionsPerServer = connections;
        }

        var client = new HttpClient(new BodylessDeletes(handler));
        if (clientConfig.Timeout is { } timeout)
        {
            client.Timeout = timeout;
        }

        return client;
    }

    /// <summary>Sends <c>Content-Length: 0</c> with every DELETE that has no body.</summary>
    /// <remarks>Without it OpenStack Swift waits a minute for a body when a delete marker is removed, then fails and leaves the object deleted.</remarks>
    private sealed class BodylessDeletes(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Delete)
            {
                request.Content ??= new ByteArrayContent([]);
            }

            return base.SendAsync(request, cancellationToken);
        }
    }
}
