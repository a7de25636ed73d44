using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>Gets a snapshot of an environment's Redis, by whichever way the server allows.</summary>
/// <param name="context">The environment.</param>
internal sealed class CacheFetch(EnvironmentContext context)
{
    /// <summary>Gets it.</summary>
    /// <param name="method">The way.</param>
    /// <param name="sink">Gets its bytes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>How.</returns>
    /// <exception cref="OperationException">One of <see cref="CacheBackupErrors"/> or <see cref="CacheErrors"/>.</exception>
    public async Task<CacheFetched> RunAsync(CacheBackupMethod method, Stream sink, CancellationToken cancellationToken)
    {
        if (method != CacheBackupMethod.Snapshot)
        {
            try
            {
                return await ReplicateAsync(sink, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationException error) when (method == CacheBackupMethod.Auto && error.Definition == CacheBackupErrors.ReplicationRefused)
            {
                context.Reporter.Verbose($"{error.Message} The server is asked to save its data itself.");
            }
        }

        return await SaveAsync(sink, cancellationToken).ConfigureAwait(false);
    }

    private async Task<CacheFetched> ReplicateAsync(Stream sink, CancellationToken cancellationToken)
    {
        var stream = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var closing = stream.ConfigureAwait(false);
        var version = await VersionAsync(stream, cancellationToken).ConfigureAwait(false);
        await new RdbDownload(stream, context.Reporter).RunAsync(sink, cancellationToken).ConfigureAwait(false);
        return new CacheFetched(CacheBackupMethod.Replication, version, true, null, null);
    }

    private async Task<CacheFetched> SaveAsync(Stream sink, CancellationToken cancellationToken)
    {
        var stream = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var closing = stream.ConfigureAwait(false);
        var version = await VersionAsync(stream, cancellationToken).ConfigureAwait(false);
        var save = new ServerSave(stream, context.Reporter);
        var begun = await save.RunAsync(cancellationToken).ConfigureAwait(false);
        var path = await save.PathAsync(cancellationToken).ConfigureAwait(false);
        var from = path is null ? null : await new ServerFile(context).FetchAsync(path, stream.Remote, begun, sink, cancellationToken).ConfigureAwait(false);
        if (from is not null)
        {
            context.Reporter.Verbose($"The server saved its data; they were fetched from {from}.");
        }

        return new CacheFetched(CacheBackupMethod.Snapshot, version, from is not null, path, begun);
    }

    private Task<RedisStream> OpenAsync(CancellationToken cancellationToken) =>
        RedisConnector.OpenStreamAsync(context, context.Environment.Cache!, CacheRestorer.Patience, cancellationToken);

    private static async Task<string?> VersionAsync(RedisStream stream, CancellationToken cancellationToken)
    {
        var reply = await stream.AskAsync(cancellationToken, "INFO", "server").ConfigureAwait(false);
        return reply.IsError ? null : reply.Text.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.StartsWith("redis_version:", StringComparison.Ordinal))?["redis_version:".Length..];
    }
}
