using System.Diagnostics;
using System.Globalization;
using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Backups.Stores;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;

namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>Backs up an environment's Redis, by whichever way the server allows: looked at as it comes, written to all places, read back, then published.</summary>
/// <param name="context">The environment.</param>
/// <param name="options">How.</param>
public sealed class CacheBackup(EnvironmentContext context, CacheBackupOptions options)
{
    /// <summary>What stands for the database in the names of backups.</summary>
    public const string Source = "redis";

    private readonly Stopwatch clock = Stopwatch.StartNew();

    /// <summary>Makes it.</summary>
    /// <param name="cancellationToken">Ends it; nothing is left behind.</param>
    /// <returns>What was made.</returns>
    /// <exception cref="OperationException">One of <see cref="CacheBackupErrors"/>, <see cref="BackupErrors"/>, <see cref="CacheErrors"/>.</exception>
    public async Task<CacheBackupResult> RunAsync(CancellationToken cancellationToken)
    {
        var stores = await BackupStores.OpenAsync(context, options.Folder, options.Locations, cancellationToken).ConfigureAwait(false);
        await using var closingStores = stores.ConfigureAwait(false);
        using var alone = Lock();
        if (options.Method != CacheBackupMethod.Snapshot)
        {
            try
            {
                return await ReplicateAsync(stores, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationException error) when (options.Method == CacheBackupMethod.Auto && error.Definition == CacheBackupErrors.ReplicationRefused)
            {
                context.Reporter.Verbose($"{error.Message} The server is asked to save its data itself.");
            }
        }

        return await SaveAsync(stores, cancellationToken).ConfigureAwait(false);
    }

    // Two at once would be two forks of the server. Its own data is no place for a lock of ours, so this keeps this machine's apart.
    private FileLock Lock()
    {
        var folder = Path.Combine(UserFolders.StateFolder(), "locks");
        UserFolders.CreatePrivate(folder);
        try
        {
            return FileLock.Acquire(Path.Combine(folder, $"cache-{BackupPath.Fit(context.Name)}.lock"), TimeSpan.Zero);
        }
        catch (TimeoutException error)
        {
            throw new OperationException(BackupErrors.Busy, $"Another backup of Redis of environment '{context.Name}' runs on this machine.", context.Name, error);
        }
    }

    private async Task<CacheBackupResult> ReplicateAsync(BackupStores stores, CancellationToken cancellationToken)
    {
        var stream = await CachePart.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var closing = stream.ConfigureAwait(false);
        var version = await VersionAsync(stream, cancellationToken).ConfigureAwait(false);
        return await StoreAsync(
            stores, CacheBackupMethod.Replication, version, null, (sink, token) => new RdbDownload(stream, context.Reporter).RunAsync(sink, token), cancellationToken).ConfigureAwait(false);
    }

    private async Task<CacheBackupResult> SaveAsync(BackupStores stores, CancellationToken cancellationToken)
    {
        var stream = await CachePart.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var closing = stream.ConfigureAwait(false);
        var version = await VersionAsync(stream, cancellationToken).ConfigureAwait(false);
        var save = new ServerSave(stream, context.Reporter);
        var begun = await save.RunAsync(cancellationToken).ConfigureAwait(false);
        var path = await save.PathAsync(cancellationToken).ConfigureAwait(false);
        var file = path is null ? null : new ServerFile(context, path);
        if (file is not null && await file.LocateAsync(stream.Remote, begun, cancellationToken).ConfigureAwait(false))
        {
            return await StoreAsync(stores, CacheBackupMethod.Snapshot, version, begun, file.CopyToAsync, cancellationToken).ConfigureAwait(false);
        }

        context.Reporter.Warning(
            $"Environment '{context.Name}': Redis saved its data {(path is null ? "to a file that it does not name" : $"to {path} on its own machine")}, which cannot be fetched from here. Copy it from there, and verify it.");
        return new CacheBackupResult
        {
            Environment = context.Name, Name = "", Path = path, Location = CacheBackupLocation.Server, Method = CacheBackupMethod.Snapshot, RedisVersion = version,
            StartTime = begun, Duration = clock.Elapsed,
        };
    }

    private async Task<CacheBackupResult> StoreAsync(
        BackupStores stores, CacheBackupMethod method, string? version, DateTimeOffset? begun, Func<Stream, CancellationToken, Task> fetch, CancellationToken cancellationToken)
    {
        var time = DateTimeOffset.UtcNow;
        var beginning = await BackupJob.BeginAsync(context, stores, Source, BackupKind.Cache, sourceBytes: 0, cancellationToken).ConfigureAwait(false);
        using var check = new RdbCheck();
        var result = await BackupJob.RunAsync(
            context, stores, beginning, beginning.Path.Name + ".rdb", compress: false,
            async (writer, token) =>
            {
                var sink = new CheckedStream(writer, check);
                await using var closing = sink.ConfigureAwait(false);
                await fetch(sink, token).ConfigureAwait(false);
                return Manifest(Judge(check, begun), version, method, time);
            },
            () => null, cancellationToken).ConfigureAwait(false);
        var contents = check.Contents;
        if (contents.NotCounted is { } reason)
        {
            context.Reporter.Warning($"Environment '{context.Name}': the backup is whole, but its keys could not be counted: {reason}.");
        }

        return new CacheBackupResult
        {
            Environment = context.Name, Name = result.Name, Path = result.Paths[0], Paths = result.Paths, Location = CacheBackupLocation.Store, Method = method,
            SizeBytes = result.SizeBytes, Sha256 = result.Sha256, RdbVersion = contents.RdbVersion, RedisVersion = version ?? contents.RedisVersion,
            Keys = contents.NotCounted is null ? contents.Keys : null, Databases = contents.Databases, Verified = result.Verified, StartTime = time, Duration = clock.Elapsed,
        };
    }

    private RdbContents Judge(RdbCheck check, DateTimeOffset? begun)
    {
        if (check.End() is { } damage)
        {
            throw new OperationException(BackupErrors.Damaged, $"What Redis of environment '{context.Name}' gave is no whole snapshot. {damage}", context.Name);
        }

        return check.Contents is var contents && contents.CreatedAt < begun
            ? throw new OperationException(CacheBackupErrors.SnapshotFailed, $"The file that was fetched is older than the save that Redis of environment '{context.Name}' just made: it is another one.", context.Name)
            : contents;
    }

    private BackupManifest Manifest(RdbContents contents, string? version, CacheBackupMethod method, DateTimeOffset time) => new()
    {
        Name = "", Kind = BackupKind.Cache, Format = BackupFormat.Rdb, Environment = context.Name, Database = Source, ServerVersion = version ?? contents.RedisVersion ?? "?",
        Tool = method == CacheBackupMethod.Replication ? "CivicQ.Ops (SYNC)" : "CivicQ.Ops (BGSAVE)", StartTime = time, EndTime = time,
        Keys = contents.Databases.ToDictionary(one => one.Database.ToString(CultureInfo.InvariantCulture), one => one.Keys),
        FileName = "", SizeBytes = 0, UncompressedBytes = 0, Sha256 = "",
    };

    private static async Task<string?> VersionAsync(RedisStream stream, CancellationToken cancellationToken)
    {
        var reply = await stream.AskAsync(cancellationToken, "INFO", "server").ConfigureAwait(false);
        return reply.IsError ? null : reply.Text.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.StartsWith("redis_version:", StringComparison.Ordinal))?["redis_version:".Length..];
    }
}
