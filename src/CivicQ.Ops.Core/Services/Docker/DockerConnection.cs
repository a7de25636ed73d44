using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Network;

namespace CivicQ.Ops.Core.Services.Docker;

/// <summary>Speaks HTTP with an engine: the version of the API, time limits, errors.</summary>
internal sealed class DockerConnection : IDisposable
{
    /// <summary>The newest version of the API that this client knows.</summary>
    public static readonly Version Newest = new(1, 47);

    // The statistics of one moment (one-shot) and their like are asked for only where they are; below this nothing was tried.
    private static readonly Version Oldest = new(1, 39);
    private readonly DockerDialer dialer;
    private readonly HttpMessageInvoker invoker;
    private readonly HttpMessageInvoker bulk;
    private readonly TimeSpan timeout;
    private Version? version;

    public DockerConnection(DockerEndpoint endpoint, TimeSpan timeout)
    {
        Endpoint = endpoint;
        this.timeout = timeout;
        dialer = new DockerDialer(endpoint, timeout);
        invoker = new HttpMessageInvoker(Handler(token => dialer.ConnectAsync(paced: false, token)));
        var once = Handler(token => dialer.ConnectAsync(paced: true, token));
        once.PooledConnectionLifetime = TimeSpan.Zero;
        bulk = new HttpMessageInvoker(once);
    }

    /// <summary>Where the engine is.</summary>
    public DockerEndpoint Endpoint { get; }

    /// <summary>The version of the API that both sides know.</summary>
    public async ValueTask<Version> VersionAsync(CancellationToken cancellationToken)
    {
        if (version is { } known)
        {
            return known;
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, "http://docker/_ping");
        using var response = await SendAsync(invoker, request, DockerSubject.Engine, timeout, cancellationToken).ConfigureAwait(false);
        if (!response.Headers.TryGetValues("Api-Version", out var values) || !Version.TryParse(values.First(), out var offered))
        {
            throw new OperationException(DockerErrors.AnswerInvalid, $"What answers at {Endpoint.Address} is no Docker engine: its answer names no version of the API.", Endpoint.Address);
        }

        if (offered < Oldest)
        {
            throw new OperationException(
                DockerErrors.VersionUnsupported, $"The Docker engine at {Endpoint.Address} offers version {offered} of its API; at least {Oldest} is needed.", Endpoint.Address);
        }

        return version = offered < Newest ? offered : Newest;
    }

    /// <summary>Asks for JSON.</summary>
    public Task<JsonDocument> GetAsync(string path, DockerSubject subject, CancellationToken cancellationToken) =>
        JsonAsync(HttpMethod.Get, path, null, subject, timeout, cancellationToken);

    /// <summary>Gives an order whose answer is JSON.</summary>
    public Task<JsonDocument> PostAsync(string path, string? body, DockerSubject subject, CancellationToken cancellationToken) =>
        JsonAsync(HttpMethod.Post, path, body, subject, timeout, cancellationToken);

    /// <summary>Gives an order without an answer.</summary>
    /// <param name="path">Path and query, without the version.</param>
    /// <param name="body">JSON.</param>
    /// <param name="subject">What it is about.</param>
    /// <param name="further">What the order itself may take, on top of the time for an answer; infinite for no limit.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False where the engine says that all was so already.</returns>
    public async Task<bool> OrderAsync(string path, string? body, DockerSubject subject, TimeSpan further, CancellationToken cancellationToken)
    {
        using var request = await RequestAsync(HttpMethod.Post, path, body, cancellationToken).ConfigureAwait(false);
        var patience = further == Timeout.InfiniteTimeSpan ? further : timeout + further;
        using var response = await SendAsync(invoker, request, subject, patience, cancellationToken).ConfigureAwait(false);
        return response.StatusCode != HttpStatusCode.NotModified;
    }

    /// <summary>Sends a request of any kind.</summary>
    /// <param name="method">Its method.</param>
    /// <param name="path">Path and query, without the version.</param>
    /// <param name="content">What it carries.</param>
    /// <param name="subject">What it is about.</param>
    /// <param name="further">What the order itself may take, on top of the time for an answer.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The answer's text.</returns>
    public async Task<string> ExchangeAsync(HttpMethod method, string path, HttpContent? content, DockerSubject subject, TimeSpan further, CancellationToken cancellationToken)
    {
        using var request = await RequestAsync(method, path, null, cancellationToken).ConfigureAwait(false);
        request.Content = content;
        using var response = await SendAsync(invoker, request, subject, timeout + further, cancellationToken).ConfigureAwait(false);
        try
        {
            return await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            throw Lost(error, subject);
        }
    }

    /// <summary>Gives an order that may take any time, with an answer of JSON at its end.</summary>
    public Task<JsonDocument> WaitAsync(string path, DockerSubject subject, CancellationToken cancellationToken) =>
        JsonAsync(HttpMethod.Post, path, null, subject, Timeout.InfiniteTimeSpan, cancellationToken);

    /// <summary>Opens an answer that goes on.</summary>
    /// <param name="path">Path and query, without the version.</param>
    /// <param name="subject">What it is about.</param>
    /// <param name="patient">True where the engine sends nothing, not even a status, before it has something to say.</param>
    /// <param name="large">True where all is there already and may be much: it is read in large pieces.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The answer; the caller disposes of it.</returns>
    public async Task<HttpResponseMessage> OpenAsync(string path, DockerSubject subject, bool patient, bool large, CancellationToken cancellationToken)
    {
        using var request = await RequestAsync(HttpMethod.Get, path, null, cancellationToken).ConfigureAwait(false);
        return await SendAsync(large ? bulk : invoker, request, subject, patient ? Timeout.InfiniteTimeSpan : timeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Turns a connection of its own into a stream of both directions.</summary>
    public async Task<DockerHijack> UpgradeAsync(string path, string body, DockerSubject subject, CancellationToken cancellationToken)
    {
        Stream? raw = null;
        var own = new HttpMessageInvoker(Handler(async token => raw = await dialer.ConnectAsync(paced: false, token).ConfigureAwait(false)));
        HttpResponseMessage? response = null;
        try
        {
            using var request = await RequestAsync(HttpMethod.Post, path, body, cancellationToken).ConfigureAwait(false);
            request.Headers.Connection.Add("Upgrade");
            request.Headers.Upgrade.Add(new ProductHeaderValue("tcp"));
            response = await SendAsync(own, request, subject, timeout, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.SwitchingProtocols)
            {
                throw new OperationException(DockerErrors.AnswerInvalid, $"{Endpoint.Address} did not hand over the connection (status {(int)response.StatusCode}): a proxy in between?", Endpoint.Address);
            }

            return new DockerHijack(own, response, await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), raw!);
        }
        catch
        {
            response?.Dispose();
            own.Dispose();
            throw;
        }
    }

    /// <summary>The error for a stream that broke.</summary>
    public OperationException Lost(Exception error, DockerSubject subject) =>
        error as OperationException ?? new OperationException(
            DockerErrors.ConnectionLost, $"The connection to the Docker engine at {Endpoint.Address} broke while {subject.Name} was read: {NetworkFailure.Innermost(error).Message}", Endpoint.Address, error);

    /// <inheritdoc/>
    public void Dispose()
    {
        invoker.Dispose();
        bulk.Dispose();
    }

    private static SocketsHttpHandler Handler(Func<CancellationToken, ValueTask<Stream>> connect) => new()
    {
        // TLS, where there is any, is the dialer's: a stream that is handed over must be closed in one direction alone.
        ConnectCallback = (_, token) => connect(token),
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
    };

    private async Task<HttpRequestMessage> RequestAsync(HttpMethod method, string path, string? body, CancellationToken cancellationToken)
    {
        var chosen = await VersionAsync(cancellationToken).ConfigureAwait(false);
        var request = new HttpRequestMessage(method, string.Create(CultureInfo.InvariantCulture, $"http://docker/v{chosen}{path}"));
        if (body is not null)
        {
            request.Content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        }

        return request;
    }

    private async Task<JsonDocument> JsonAsync(HttpMethod method, string path, string? body, DockerSubject subject, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var request = await RequestAsync(method, path, body, cancellationToken).ConfigureAwait(false);
        using var deadline = new Deadline(patience, cancellationToken);
        using var response = await SendAsync(invoker, request, subject, patience, cancellationToken).ConfigureAwait(false);
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                return await JsonDocument.ParseAsync(stream, cancellationToken: deadline.Token).ConfigureAwait(false);
            }
        }
        catch (JsonException error)
        {
            throw new OperationException(DockerErrors.AnswerInvalid, $"The answer of the Docker engine at {Endpoint.Address} about {subject.Name} is not JSON: {error.Message}", Endpoint.Address, error);
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            throw Lost(error, subject);
        }
        catch (OperationCanceledException) when (deadline.Passed)
        {
            throw TimedOut(subject, patience);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMessageInvoker through, HttpRequestMessage request, DockerSubject subject, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(patience, cancellationToken);
        try
        {
            var response = await through.SendAsync(request, deadline.Token).ConfigureAwait(false);
            if ((int)response.StatusCode < 400)
            {
                return response;
            }

            using (response)
            {
                throw Refused(response.StatusCode, await WordsAsync(response, deadline.Token).ConfigureAwait(false), subject);
            }
        }
        catch (HttpRequestException error)
        {
            throw error.InnerException as OperationException
                ?? new OperationException(DockerErrors.ConnectionLost, $"The Docker engine at {Endpoint.Address} hung up: {NetworkFailure.Innermost(error).Message}", Endpoint.Address, error);
        }
        catch (IOException error)
        {
            throw Lost(error, subject);
        }
        catch (OperationCanceledException) when (deadline.Passed)
        {
            throw TimedOut(subject, patience);
        }
    }

    private OperationException TimedOut(DockerSubject subject, TimeSpan patience) =>
        new(DockerErrors.TimedOut, FormattableString.Invariant($"The Docker engine at {Endpoint.Address} gave no answer about {subject.Name} within {patience.TotalSeconds:0.###} s."), Endpoint.Address);

    private OperationException Refused(HttpStatusCode status, string words, DockerSubject subject)
    {
        var definition = status switch
        {
            _ when words.Contains("does not support reading", StringComparison.Ordinal) => DockerErrors.LogUnreadable,
            HttpStatusCode.NotFound when words.StartsWith("network ", StringComparison.Ordinal) => DockerErrors.NetworkNotFound,
            HttpStatusCode.NotFound when words.StartsWith("No such container", StringComparison.OrdinalIgnoreCase) => DockerErrors.ContainerNotFound,
            HttpStatusCode.NotFound => subject.Missing,
            HttpStatusCode.Conflict => DockerErrors.Conflict,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => DockerErrors.Denied,
            HttpStatusCode.BadRequest when words.Contains("API version", StringComparison.Ordinal) || words.Contains("client version", StringComparison.Ordinal) => DockerErrors.VersionUnsupported,
            _ => DockerErrors.RequestFailed,
        };
        return new OperationException(definition, $"{char.ToUpperInvariant(subject.Name[0])}{subject.Name[1..]} on {Endpoint.Address}: {words}", subject.Name);
    }

    private static async Task<string> WordsAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.GetProperty("message").GetString() ?? text;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return text.Trim() is { Length: > 0 } words ? words : string.Create(CultureInfo.InvariantCulture, $"status {(int)response.StatusCode}");
        }
    }
}
