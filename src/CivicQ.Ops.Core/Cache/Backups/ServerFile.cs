using System.Net;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services;
using CivicQ.Ops.Core.Services.Hosts;

namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>The file that a server saved: on this machine, or in the container or pod that Redis runs in.</summary>
/// <param name="context">The environment.</param>
/// <param name="path">Where the server has it.</param>
internal sealed class ServerFile(EnvironmentContext context, string path)
{
    private static readonly string[] Services = ["redis", "cache", "valkey"];
    private bool here;

    /// <summary>Sees whether it can be reached.</summary>
    /// <param name="server">The server's address: the path is this machine's only where that is.</param>
    /// <param name="began">When the save was begun, by the server's clock: a file from before is another one.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>False where it cannot.</returns>
    public async Task<bool> LocateAsync(IPEndPoint server, DateTimeOffset began, CancellationToken cancellationToken)
    {
        here = IPAddress.IsLoopback(server.Address) && await IsOursAsync(began, cancellationToken).ConfigureAwait(false);
        if (here || context.Environment.Services is null)
        {
            return here;
        }

        var host = await ServiceHosts.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var closing = host.ConfigureAwait(false);
        return await FindAsync(host, cancellationToken).ConfigureAwait(false) is not null;
    }

    /// <summary>Copies it.</summary>
    /// <exception cref="OperationException"><see cref="CacheBackupErrors.Unreadable"/>.</exception>
    public async Task CopyToAsync(Stream sink, CancellationToken cancellationToken)
    {
        if (here)
        {
            var file = RdbFile.Open(path);
            await using var closingFile = file.ConfigureAwait(false);
            await file.CopyToAsync(sink, cancellationToken).ConfigureAwait(false);
            return;
        }

        var host = await ServiceHosts.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var closing = host.ConfigureAwait(false);
        var instance = await FindAsync(host, cancellationToken).ConfigureAwait(false);
        var command = new ServiceCommand { Arguments = ["cat", path], Output = sink.WriteAsync, Error = (_, _) => default };
        var code = instance is null ? -1 : await host.ExecuteAsync(instance, command, cancellationToken).ConfigureAwait(false);
        if (code != 0)
        {
            throw new OperationException(CacheBackupErrors.Unreadable, $"{path} in {instance?.Instance ?? "the container of Redis"} cannot be read.", context.Name);
        }
    }

    // A container's port can be this machine's, and its path somebody else's file here.
    private Task<bool> IsOursAsync(DateTimeOffset began, CancellationToken cancellationToken) => Task.Run(
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

    // None, or several: then nobody can tell which of them saved.
    private static async Task<ServiceInstance?> FindAsync(IServiceHost host, CancellationToken cancellationToken)
    {
        var services = (await host.GetServicesAsync(cancellationToken).ConfigureAwait(false)).Where(service => Services.Contains(service.Service, StringComparer.OrdinalIgnoreCase)).ToList();
        var instances = await host.GetInstancesAsync(services, cancellationToken).ConfigureAwait(false);
        return instances.Where(instance => instance.State == ServiceInstanceState.Running).ToList() is [var only] ? only : null;
    }
}
