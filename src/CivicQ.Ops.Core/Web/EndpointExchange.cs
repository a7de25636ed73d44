using System.Diagnostics;

namespace CivicQ.Ops.Core.Web;

/// <summary>One GET over a connection that is there already.</summary>
/// <param name="Status">The status.</param>
/// <param name="FirstByte">From the question to the head of the answer.</param>
/// <param name="Bytes">Size of the body, at most <see cref="MaxBytes"/>.</param>
internal sealed record EndpointExchange(int Status, TimeSpan FirstByte, long Bytes)
{
    private const long MaxBytes = 16L * 1024 * 1024;

    /// <summary>Asks. The address' scheme does not matter: whatever TLS there is lies below the stream.</summary>
    public static async Task<EndpointExchange> GetAsync(Stream stream, Uri address, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectCallback = (_, _) => ValueTask.FromResult(stream),
        };
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        using var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(address) { Scheme = Uri.UriSchemeHttp, Port = address.Port }.Uri);
        request.Headers.Host = address.Authority;
        request.Headers.TryAddWithoutValidation("User-Agent", "CivicQ.Ops/" + (typeof(EndpointExchange).Assembly.GetName().Version?.ToString(3) ?? "0"));
        request.Headers.TryAddWithoutValidation("Accept", "*/*");
        request.Headers.ConnectionClose = true;
        var started = Stopwatch.GetTimestamp();
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        var firstByte = Stopwatch.GetElapsedTime(started);
        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            var buffer = new byte[16 * 1024];
            long bytes = 0;
            int read;
            while (bytes < MaxBytes && (read = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                bytes += read;
            }

            return new EndpointExchange((int)response.StatusCode, firstByte, bytes);
        }
    }
}
