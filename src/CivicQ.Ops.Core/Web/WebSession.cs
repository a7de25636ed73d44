using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using CivicQ.Ops.Core.Certificates;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Network;

namespace CivicQ.Ops.Core.Web;

/// <summary>
/// HTTP for one operation on one environment: certificates by the environment's authorities, its time-out, no cookies, redirects only
/// where asked for, bodies only up to a size.
/// </summary>
internal sealed class WebSession : IDisposable
{
    private static readonly ProductInfoHeaderValue Agent =
        new("CivicQ.Ops", typeof(WebSession).Assembly.GetName().Version?.ToString(3) ?? "0");

    private readonly EnvironmentContext context;
    private readonly TrustStore trust;
    private readonly HttpClient client;
    private readonly ConcurrentDictionary<string, string> rejections = new(StringComparer.OrdinalIgnoreCase);

    private WebSession(EnvironmentContext context, TimeSpan timeout)
    {
        this.context = context;
        Timeout = timeout;
        trust = TrustStore.Of(context);
        client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = timeout,
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = Verify,
                // The roots that are likelier to vouch; Verify tries the others.
                CertificateChainPolicy = trust.Policy(trust.HasOwn),
            },
        })
        {
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
        client.DefaultRequestHeaders.UserAgent.Add(Agent);
    }

    /// <summary>The time for one question.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>Opens a session.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="timeout">The time for one question; the environment's without it.</param>
    /// <returns>The session.</returns>
    /// <exception cref="OperationException"><c>CertificateAuthorityInvalid</c>.</exception>
    public static WebSession Open(EnvironmentContext context, TimeSpan? timeout = null) => new(context, timeout ?? context.Timeout);

    /// <summary>Asks, and reads the body with the given reader; the time-out is for both.</summary>
    /// <typeparam name="T">What the reader gives.</typeparam>
    /// <param name="question">The question.</param>
    /// <param name="read">Reads the body.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What the reader gave.</returns>
    /// <exception cref="OperationException">One of <see cref="WebErrors"/>, <see cref="NetworkErrors"/> or <c>CertificateInvalid</c>.</exception>
    public async Task<T> AskAsync<T>(
        WebQuestion question, Func<WebAnswer, Stream, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var target = AddressText.Of(question.Address);
        using var deadline = new Deadline(Timeout, cancellationToken);
        var waitingFor = "answer";
        try
        {
            using var response = await FollowAsync(question, deadline.Token).ConfigureAwait(false);
            waitingFor = "end of the body";
            var answer = new WebAnswer
            {
                Status = (int)response.Message.StatusCode,
                ContentType = response.Message.Content.Headers.ContentType?.MediaType?.ToLowerInvariant() ?? "",
                Address = response.Address,
                Redirects = response.Redirects,
                Location = response.Message.Headers.Location is { } location && Uri.TryCreate(response.Address, location, out var next) ? next : null,
                FirstByte = Stopwatch.GetElapsedTime(started),
            };
            context.Reporter.Debug($"GET {target}: {answer.Status} {answer.ContentType}");
            var body = await response.Message.Content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
            {
                var capped = new CappedStream(body, question.MaxBytes, target);
                await using (capped.ConfigureAwait(false))
                {
                    return await read(answer, capped, deadline.Token).ConfigureAwait(false);
                }
            }
        }
        catch (Exception error) when (deadline.Passed)
        {
            throw new OperationException(
                WebErrors.Timeout, FormattableString.Invariant($"{target}: no {waitingFor} within {Timeout.TotalSeconds:0.###} s."), target, error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or InvalidDataException)
        {
            throw WebFailure.Translate(error, target, rejections.GetValueOrDefault(question.Address.IdnHost));
        }
    }

    /// <summary>Asks, and takes the whole body.</summary>
    /// <param name="question">The question.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The head and the body.</returns>
    /// <exception cref="OperationException">As <see cref="AskAsync"/>.</exception>
    public Task<(WebAnswer Answer, byte[] Body)> GetAsync(WebQuestion question, CancellationToken cancellationToken) => AskAsync(
        question,
        static async (answer, body, token) =>
        {
            using var all = new MemoryStream();
            await body.CopyToAsync(all, token).ConfigureAwait(false);
            return (answer, all.ToArray());
        },
        cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private async Task<Followed> FollowAsync(WebQuestion question, CancellationToken cancellationToken)
    {
        var address = question.Address;
        var token = question.Token is null ? null : await TokenAsync(question.Token, cancellationToken).ConfigureAwait(false);
        List<Uri> way = [address];
        while (true)
        {
            // Several questions at once share one connection, and one handshake, where the server speaks HTTP/2.
            using var request = new HttpRequestMessage(HttpMethod.Get, address) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
            request.Headers.TryAddWithoutValidation("Accept", question.Accept ?? "*/*");
            if (token is not null && SameOrigin(address, question.Address))
            {
                request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
            }

            var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (question.MaxRedirects == 0 || (int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
            {
                return new Followed(response, address, way.Count - 1);
            }

            response.Dispose();
            var next = new Uri(address, location);
            var target = AddressText.Of(question.Address);
            var trouble = next.Scheme != Uri.UriSchemeHttp && next.Scheme != Uri.UriSchemeHttps ? $"to {next.Scheme}:"
                : address.Scheme == Uri.UriSchemeHttps && next.Scheme == Uri.UriSchemeHttp ? $"from https to http ({AddressText.Of(next)})"
                : way.Contains(next) ? $"in a circle ({string.Join(" → ", way.Append(next).Select(step => AddressText.Of(step)))})"
                : way.Count > question.MaxRedirects ? $"more than {question.MaxRedirects} times"
                : null;
            if (trouble is not null)
            {
                throw new OperationException(WebErrors.RedirectInvalid, $"{target}: redirects {trouble}.", target);
            }

            way.Add(next);
            address = next;
        }
    }

    private async Task<string> TokenAsync(SecretReference reference, CancellationToken cancellationToken)
    {
        var token = await context.Secrets.ResolveAsync(reference, cancellationToken).ConfigureAwait(false);
        // HttpClient's own exception for such a header would repeat the value.
        return token.Length > 0 && token.All(letter => letter is > ' ' and <= '~')
            ? token
            : throw new OperationException(WebErrors.TokenInvalid, $"The token in {reference} holds characters that no header can.", reference.ToString());
    }

    private bool Verify(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None || trust.SkipVerification)
        {
            return true;
        }

        var host = (sender as SslStream)?.TargetHostName ?? "";
        if (certificate is null)
        {
            rejections[host] = "the server showed none";
            return false;
        }

        // The authorities asked first do not vouch for it; the others may. The words are the inspector's in any case.
        using var leaf = new X509Certificate2(certificate);
        var sent = chain?.ChainPolicy.ExtraStore ?? [];
        var found = CertificateInspector.Inspect(leaf, sent, host, host, trust, checkRevocation: false);
        if (found.Refused)
        {
            rejections[host] = string.Join("; ", found.Problems);
        }

        return !found.Refused;
    }

    private static bool SameOrigin(Uri one, Uri other) =>
        Uri.Compare(one, other, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;

    private sealed record Followed(HttpResponseMessage Message, Uri Address, int Redirects) : IDisposable
    {
        public void Dispose() => Message.Dispose();
    }
}
