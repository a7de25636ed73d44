using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services.Kubernetes.Configuration;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Services.Kubernetes.Client;

/// <summary>Follows objects: list, then watch, again and again.</summary>
/// <param name="client">Lists.</param>
/// <param name="transport">Opens the streams.</param>
/// <param name="options">How patient to be.</param>
/// <param name="resource">The kind of the objects.</param>
/// <param name="selection">Which objects.</param>
internal sealed class ObjectWatch(
    IKubernetesClient client, KubernetesTransport transport, KubernetesOptions options, KubernetesResource resource, ObjectSelection selection)
{
    // The server ends a watch after this; a connection that is silent for longer is dead, for bookmarks come every minute.
    private const int ServerSeconds = 240;
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(ServerSeconds + 30);
    private readonly Dictionary<string, JsonObject> known = new(StringComparer.Ordinal);
    private string version = "";
    private long outageSince;

    /// <summary>Runs until cancelled, or until the server refuses or stays away.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What happens.</returns>
    public async IAsyncEnumerable<WatchEvent> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            if (version.Length == 0)
            {
                foreach (var change in await ListAsync(cancellationToken).ConfigureAwait(false))
                {
                    yield return change;
                }
            }

            using var response = await OpenAsync(cancellationToken).ConfigureAwait(false);
            if (response is null)
            {
                continue;
            }

            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            using var lines = new StreamReader(stream);
            while (await LineAsync(lines, cancellationToken).ConfigureAwait(false) is { } line)
            {
                if (Read(line) is { } change)
                {
                    yield return change;
                }

                if (version.Length == 0)
                {
                    break;
                }
            }
        }
    }

    private async Task<List<WatchEvent>> ListAsync(CancellationToken cancellationToken)
    {
        KubernetesList list;
        while (true)
        {
            try
            {
                list = await client.ListAsync(resource, selection, cancellationToken).ConfigureAwait(false);
                break;
            }
            catch (OperationException error) when (known.Count > 0 && IsPassing(error))
            {
                await PauseAsync(error, cancellationToken).ConfigureAwait(false);
            }
        }

        var changes = new List<WatchEvent>();
        var present = list.Items.ToDictionary(item => new KubernetesObject(item).Uid, StringComparer.Ordinal);
        foreach (var (uid, gone) in known.Where(pair => !present.ContainsKey(pair.Key)).ToList())
        {
            known.Remove(uid);
            changes.Add(new WatchEvent(WatchChange.Deleted, gone));
        }

        foreach (var (uid, item) in present)
        {
            var before = known.GetValueOrDefault(uid);
            known[uid] = item;
            if (before is null || new KubernetesObject(before).ResourceVersion != new KubernetesObject(item).ResourceVersion)
            {
                changes.Add(new WatchEvent(before is null ? WatchChange.Added : WatchChange.Modified, item));
            }
        }

        version = list.ResourceVersion;
        outageSince = 0;
        return changes;
    }

    // Null: nothing is open, and the loop has to begin again.
    private async Task<HttpResponseMessage?> OpenAsync(CancellationToken cancellationToken)
    {
        var query = selection.Query();
        var path = FormattableString.Invariant(
            $"{resource.Path(client.Namespace)}?watch=true&allowWatchBookmarks=true&timeoutSeconds={ServerSeconds}&resourceVersion={version}{(query.Length > 0 ? "&" + query : "")}");
        try
        {
            return await transport.SendAsync(address => KubernetesClient.Request(HttpMethod.Get, address, path), repeatable: true, mayBeSilent: false, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException error) when (error.Definition == KubernetesErrors.Expired)
        {
            version = "";
        }
        catch (OperationException error) when (IsPassing(error))
        {
            await PauseAsync(error, cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    private static async Task<string?> LineAsync(StreamReader lines, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Silence);
        try
        {
            return await lines.ReadLineAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or HttpRequestException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // Cut: the next watch goes on from the last version.
            return null;
        }
    }

    private WatchEvent? Read(string line)
    {
        JsonNode? root;
        try
        {
            root = JsonNode.Parse(line);
        }
        catch (JsonException)
        {
            // The last line of a connection that was cut may be half a line.
            return null;
        }

        if (root.At("object") is not JsonObject item)
        {
            return null;
        }

        var type = root.Text("type");
        if (type == "ERROR")
        {
            var failure = StatusTranslator.Of(item, 500, transport.Target);
            if (failure.Definition != KubernetesErrors.Expired && !IsPassing(failure))
            {
                throw failure;
            }

            version = "";
            return null;
        }

        outageSince = 0;
        version = item.Text("metadata", "resourceVersion") ?? version;
        if (type == "BOOKMARK")
        {
            return null;
        }

        var uid = new KubernetesObject(item).Uid;
        if (type == "DELETED")
        {
            known.Remove(uid);
            return new WatchEvent(WatchChange.Deleted, item);
        }

        var change = known.ContainsKey(uid) ? WatchChange.Modified : WatchChange.Added;
        known[uid] = item;
        return new WatchEvent(change, item);
    }

    private static bool IsPassing(OperationException error) =>
        error.Definition == KubernetesErrors.ClusterUnreachable || error.Definition == KubernetesErrors.ClusterTimedOut
        || error.Definition == KubernetesErrors.ClusterBusy || error.Definition == KubernetesErrors.ClusterFailed;

    private async Task PauseAsync(OperationException error, CancellationToken cancellationToken)
    {
        var now = System.Environment.TickCount64;
        outageSince = outageSince == 0 ? now : outageSince;
        if (now - outageSince > options.WatchOutage.TotalMilliseconds)
        {
            throw error;
        }

        await Task.Delay(TimeSpan.FromMilliseconds(250), cancellationToken).ConfigureAwait(false);
    }
}
