using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Network;
using CivicQ.Ops.Core.Services.Kubernetes.Configuration;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Services.Kubernetes.Client;

/// <summary>The REST API over <see cref="HttpClient"/>'s own machinery.</summary>
internal sealed class KubernetesClient : IKubernetesClient
{
    /// <summary>Who changed a field, as the API notes it.</summary>
    public const string FieldManager = "civicq-ops";

    private const int MaximumRestarts = 3;
    private readonly KubernetesTransport transport;
    private readonly KubernetesOptions options;
    private bool isDisposed;

    /// <summary>Creates a client of a cluster.</summary>
    /// <param name="access">The way to it.</param>
    /// <param name="transport">Its connections, in use by this client until it is disposed of.</param>
    /// <param name="options">What was asked for.</param>
    public KubernetesClient(KubernetesAccess access, KubernetesTransport transport, KubernetesOptions options)
    {
        (this.options, this.transport) = (options, transport);
        (Server, Context, Namespace) = (access.Server, access.Context, access.Namespace);
    }

    /// <inheritdoc/>
    public Uri Server { get; }

    /// <inheritdoc/>
    public string Context { get; }

    /// <inheritdoc/>
    public string Namespace { get; }

    /// <summary>Finds the cluster that is meant. Does not connect yet.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="cancellationToken">Ends the reading of the configuration.</param>
    /// <returns>The client.</returns>
    public static async Task<KubernetesClient> OpenAsync(KubernetesOptions options, CancellationToken cancellationToken)
    {
        var access = await KubeConfigResolver.ResolveAsync(options, cancellationToken).ConfigureAwait(false);
        var transport = new KubernetesTransport(access, options).Use();
        transport.Retire();
        return new KubernetesClient(access, transport, options);
    }

    /// <inheritdoc/>
    public Task<JsonObject> GetAsync(string path, CancellationToken cancellationToken) =>
        JsonAsync(address => Request(HttpMethod.Get, address, path), repeatable: true, cancellationToken);

    /// <inheritdoc/>
    public Task<JsonObject> ReadAsync(KubernetesResource resource, string name, CancellationToken cancellationToken) =>
        GetAsync(resource.Path(Namespace, name), cancellationToken);

    /// <inheritdoc/>
    public async Task<KubernetesList> ListAsync(KubernetesResource resource, ObjectSelection selection, CancellationToken cancellationToken)
    {
        for (var restarts = 0; ; restarts++)
        {
            try
            {
                // The last try asks for everything at once, which cannot expire between two pages.
                return await PagesAsync(resource, selection, restarts < MaximumRestarts ? selection.PageSize : 0, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationException error) when (error.Definition == KubernetesErrors.Expired && restarts < MaximumRestarts)
            {
                // The store has forgotten the version that the first pages are of.
            }
        }
    }

    /// <inheritdoc/>
    public Task<JsonObject> PatchAsync(
        KubernetesResource resource, string name, string? part, PatchKind kind, JsonNode patch, bool dryRun, CancellationToken cancellationToken)
    {
        var type = kind switch
        {
            PatchKind.Json => "application/json-patch+json",
            PatchKind.Merge => "application/merge-patch+json",
            _ => "application/strategic-merge-patch+json",
        };
        var body = patch.ToJsonString();
        return JsonAsync(
            address => Request(HttpMethod.Patch, address, $"{resource.Path(Namespace, name, part)}?{Change(dryRun)}", body, type), repeatable: dryRun, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<JsonObject> CreateAsync(KubernetesResource resource, JsonObject item, bool dryRun, CancellationToken cancellationToken)
    {
        var body = item.ToJsonString();
        return JsonAsync(
            address => Request(HttpMethod.Post, address, $"{resource.Path(Namespace)}?{Change(dryRun)}", body, "application/json"), repeatable: dryRun, cancellationToken);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(KubernetesResource resource, string name, bool dryRun, CancellationToken cancellationToken) =>
        JsonAsync(
            address => Request(HttpMethod.Delete, address, $"{resource.Path(Namespace, name)}?propagationPolicy=Background{(dryRun ? "&dryRun=All" : "")}"),
            repeatable: true, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<WatchEvent> WatchAsync(KubernetesResource resource, ObjectSelection selection, CancellationToken cancellationToken) =>
        new ObjectWatch(this, transport, options, resource, selection).RunAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<Stream> OpenLogAsync(string pod, PodLogQuery query, CancellationToken cancellationToken)
    {
        var response = await transport.SendAsync(
            address => Request(HttpMethod.Get, address, $"{KubernetesResource.Pods.Path(Namespace, pod, "log")}?{query.Query()}"), repeatable: true, query.Follow, cancellationToken)
            .ConfigureAwait(false);
        return await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<int> ExecuteAsync(string pod, ServiceCommand command, CancellationToken cancellationToken) =>
        new PodExecution(transport, KubernetesResource.Pods.Path(Namespace, pod, "exec"), pod, command).RunAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!isDisposed)
        {
            isDisposed = true;
            transport.Release();
        }
    }

    /// <summary>Makes a request.</summary>
    internal static HttpRequestMessage Request(HttpMethod method, Uri server, string path, string? body = null, string? type = null)
    {
        var request = new HttpRequestMessage(method, new Uri($"{server.AbsoluteUri.TrimEnd('/')}/{path}"));
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.UserAgent.ParseAdd("civicq-ops");
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(type!);
        }

        return request;
    }

    private static string Change(bool dryRun) => $"fieldManager={FieldManager}{(dryRun ? "&dryRun=All" : "")}";

    private async Task<KubernetesList> PagesAsync(KubernetesResource resource, ObjectSelection selection, int pageSize, CancellationToken cancellationToken)
    {
        var items = new List<JsonObject>();
        var next = "";
        while (true)
        {
            var query = new[]
            {
                selection.Query(), pageSize > 0 ? FormattableString.Invariant($"limit={pageSize}") : "", next.Length > 0 ? $"continue={Uri.EscapeDataString(next)}" : "",
            };
            var page = await GetAsync($"{resource.Path(Namespace)}?{string.Join('&', query.Where(part => part.Length > 0))}", cancellationToken).ConfigureAwait(false);
            items.AddRange(page.Objects("items"));
            next = page.Text("metadata", "continue") ?? "";
            if (next.Length == 0)
            {
                return new KubernetesList(items, page.Text("metadata", "resourceVersion") ?? "");
            }
        }
    }

    private async Task<JsonObject> JsonAsync(Func<Uri, HttpRequestMessage> make, bool repeatable, CancellationToken cancellationToken)
    {
        using var response = await transport.SendAsync(make, repeatable, mayBeSilent: false, cancellationToken).ConfigureAwait(false);
        using var deadline = new Deadline(options.RequestTimeout, cancellationToken);
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false);
            await using var closing = stream.ConfigureAwait(false);
            return await JsonNode.ParseAsync(stream, cancellationToken: deadline.Token).ConfigureAwait(false) as JsonObject ?? throw new JsonException("no object");
        }
        catch (JsonException error)
        {
            throw new OperationException(
                KubernetesErrors.ClusterAnswerUnexpected, $"{transport.Target}: what answers is no API server: its answer is no JSON object ({response.Content.Headers.ContentType}).",
                transport.Target, error);
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            throw transport.Unreachable(error);
        }
        catch (OperationCanceledException) when (deadline.Passed)
        {
            throw new OperationException(KubernetesErrors.ClusterTimedOut, $"{transport.Target}: the answer began, and did not end in time.", transport.Target);
        }
    }
}
