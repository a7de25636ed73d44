using System.Net;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services;
using CivicQ.Ops.Core.Services.Hosts;

namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>Fetches the file that a server saved: from this machine, or from the container or pod that Redis runs in.</summary>
/// <param name="context">The environment.</param>
internal sealed class ServerFile(EnvironmentContext context)
{
    private static readonly string[] Services = ["redis", "cache", "valkey"];

    /// <summary>Fetches it.</summary>
    /// <param name="path">Where the server has it.</param>
    /// <param name="server">The server's address: the path is this machine's only where that is.</param>
    /// <param name="began">When the save was begun, by the server's clock: a file from before is another one.</param>
    /// <param name="sink">Gets its bytes; none where it cannot be reached.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Where it came from, for people; <see langword="null"/> where it cannot be reached.</returns>
    public async Task<string?> FetchAsync(string path, IPEndPoint server, DateTimeOffset began, Stream sink, CancellationToken cancellationToken)
    {
        if (IPAddress.IsLoopback(server.Address) && await IsOursAsync(path, began, cancellationToken).ConfigureAwait(false))
        {
            var file = RdbFile.Open(path);
            await using var closing = file.ConfigureAwait(false);
            await file.CopyToAsync(sink, cancellationToken).ConfigureAwait(false);
            return path;
        }

        return context.Environment.Services is null ? null : await FromServiceAsync(path, sink, cancellationToken).ConfigureAwait(false);
    }

    // A container's port can be this machine's, and its path somebody else's file here.
    private static Task<bool> IsOursAsync(string path, DateTimeOffset began, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            try
            {
                using var file = RdbFile.Open(path);
                return RdbFile.BegunAt(file, cancellationToken) >= began;
            }
            catch (OperationException)
            {
                return false;
            }
        },
        cancellationToken);

    private async Task<string?> FromServiceAsync(string path, Stream sink, CancellationToken cancellationToken)
    {
        var host = await ServiceHosts.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var closing = host.ConfigureAwait(false);
        var services = (await host.GetServicesAsync(cancellationToken).ConfigureAwait(false)).Where(service => Services.Contains(service.Service, StringComparer.OrdinalIgnoreCase)).ToList();
        var instances = await host.GetInstancesAsync(services, cancellationToken).ConfigureAwait(false);
        if (instances.Where(instance => instance.State == ServiceInstanceState.Running).ToList() is not [var instance])
        {
            // None, or several: then nobody can tell which of them saved.
            return null;
        }

        var code = await host.ExecuteAsync(
            instance,
            new ServiceCommand { Arguments = ["cat", path], Output = (piece, token) => sink.WriteAsync(piece, token), Error = (_, _) => default },
            cancellationToken).ConfigureAwait(false);
        return code == 0 ? $"{instance.Instance}:{path}"
            : throw new OperationException(CacheBackupErrors.Unreadable, $"{path} in {instance.Instance} cannot be read: cat ended with {code}.", instance.Instance);
    }
}
