using System.Text.Json;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;
using CivicQ.Ops.Core.Services.Docker;

namespace CivicQ.Ops.Core.Services.Compose;

/// <summary>Takes containers out of their networks and puts them back. Which networks those were is kept in the user's folder of records.</summary>
internal sealed class ComposeIsolation(IDockerClient client, string records)
{
    private string Folder => Path.Combine(records, "isolated");

    /// <summary>Takes one container out of all its networks.</summary>
    /// <returns>The networks' names.</returns>
    public async Task<IReadOnlyList<string>> CutAsync(ComposeContainer container, CancellationToken cancellationToken)
    {
        var detail = container.Detail;
        if (detail.NetworkMode is "host" or "none" || detail.NetworkMode.StartsWith("container:", StringComparison.Ordinal))
        {
            throw new OperationException(ServiceErrors.NotSupported, $"{detail.Name} has no network of its own ({detail.NetworkMode}) and cannot be cut off; stop it instead.", detail.Name);
        }

        if (detail.Networks.Count == 0)
        {
            return [];
        }

        // First the record: a container that is cut off and cannot be put back would be worse.
        UserFolders.CreatePrivate(Folder);
        // A cut that was interrupted, or undone in part by hand, has one already: what it says still holds.
        var recorded = await RecordedAsync(detail, cancellationToken).ConfigureAwait(false);
        PrivateFile.Replace(FileOf(detail), JsonSerializer.SerializeToUtf8Bytes(
            detail.Networks.Concat(recorded.Where(old => detail.Networks.All(network => !string.Equals(network.NetworkId, old.NetworkId, StringComparison.Ordinal)))).ToList()));
        foreach (var network in detail.Networks)
        {
            await client.DisconnectAsync(network.NetworkId, detail.Id, cancellationToken).ConfigureAwait(false);
        }

        return [.. detail.Networks.Select(network => network.Network)];
    }

    /// <summary>Puts one container back into its networks, under the names that it had.</summary>
    /// <returns>The networks' names.</returns>
    public async Task<IReadOnlyList<string>> JoinAsync(ComposeContainer container, CancellationToken cancellationToken)
    {
        var detail = container.Detail;
        var networks = await RecordedAsync(detail, cancellationToken).ConfigureAwait(false);
        if (networks.Count == 0)
        {
            if (detail.Networks.Count > 0)
            {
                return [];
            }

            networks = [Default(container)];
        }

        foreach (var network in networks.Where(network => detail.Networks.All(each => !string.Equals(each.NetworkId, network.NetworkId, StringComparison.Ordinal))))
        {
            // Docker adds the short identifier by itself.
            await client.ConnectAsync(network.NetworkId, detail.Id, [.. network.Aliases.Where(alias => !detail.Id.StartsWith(alias, StringComparison.Ordinal))], cancellationToken).ConfigureAwait(false);
        }

        File.Delete(FileOf(detail));
        return [.. networks.Select(network => network.Network)];
    }

    // Cut off from another machine or by hand: what Compose itself would do.
    private static DockerNetworkAttachment Default(ComposeContainer container)
    {
        var name = $"{container.Detail.Labels[ComposeLabels.Project]}_default";
        return new DockerNetworkAttachment { Network = name, NetworkId = name, Aliases = [container.Service, container.Detail.Name] };
    }

    private async Task<IReadOnlyList<DockerNetworkAttachment>> RecordedAsync(DockerContainerDetail detail, CancellationToken cancellationToken) => File.Exists(FileOf(detail))
        ? JsonSerializer.Deserialize<List<DockerNetworkAttachment>>(await File.ReadAllBytesAsync(FileOf(detail), cancellationToken).ConfigureAwait(false)) ?? []
        : [];

    private string FileOf(DockerContainerDetail detail) => Path.Combine(Folder, $"{detail.Id}.json");
}
