using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Backups.Stores;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;
using ZstdSharp;

namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>Finds the backup that is meant: an RDB file, the folder of a backup, its address in a bucket, or its name.</summary>
/// <param name="context">The environment whose places are looked through for names and addresses.</param>
public sealed class CacheBackupFinder(EnvironmentContext context) : IAsyncDisposable
{
    private BackupStores? stores;

    /// <summary>Finds it.</summary>
    /// <param name="path">What it is called.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The backup; good until this is disposed of.</returns>
    /// <exception cref="OperationException"><see cref="BackupErrors.NotFound"/>, <see cref="BackupErrors.Damaged"/>, <see cref="BackupErrors.WrongKind"/>.</exception>
    public async Task<CacheBackupSource> FindAsync(string path, CancellationToken cancellationToken)
    {
        var here = Path.GetFullPath(path, CurrentFolder.Path);
        if (File.Exists(here))
        {
            return CacheBackupSource.File(here);
        }

        if (Directory.Exists(here))
        {
            return await FolderAsync(here, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            stores = await BackupStores.OpenAsync(context, null, [], cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException error) when (error.Definition == BackupErrors.NoPlace)
        {
            throw NotFound(path);
        }

        foreach (var store in stores)
        {
            await foreach (var one in store.ListAsync(series: null, cancellationToken).ConfigureAwait(false))
            {
                if (one.Path.Kind == BackupKind.Cache && (one.Address == path || one.Path.Name == path))
                {
                    return one is { Damage: null, Manifest: { } manifest }
                        ? Source(one.Address, manifest, async token => new BlockingStream(await store.OpenAsync(one.Path, manifest.FileName, token).ConfigureAwait(false), token))
                        : throw new OperationException(BackupErrors.Damaged, $"{one.Address}: {one.Damage}", path);
                }
            }
        }

        throw NotFound(path);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => stores?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static async Task<CacheBackupSource> FolderAsync(string folder, CancellationToken cancellationToken)
    {
        BackupManifest manifest;
        try
        {
            var text = await File.ReadAllBytesAsync(Path.Combine(folder, ManifestText.ManifestFile), cancellationToken).ConfigureAwait(false);
            var sums = await File.ReadAllBytesAsync(Path.Combine(folder, ManifestText.SumsFile), cancellationToken).ConfigureAwait(false);
            manifest = ManifestText.Read(text, sums, folder);
        }
        catch (FileNotFoundException error)
        {
            throw new OperationException(BackupErrors.NotFound, $"{folder} is no backup: it has no {Path.GetFileName(error.FileName)}.", folder, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OperationException(CacheBackupErrors.Unreadable, $"{folder} cannot be read: {error.Message}", folder, error);
        }

        return Source(folder, manifest, _ => Task.FromResult<Stream>(RdbFile.Open(Path.Combine(folder, Path.GetFileName(manifest.FileName)))));
    }

    private static CacheBackupSource Source(string path, BackupManifest manifest, Func<CancellationToken, Task<Stream>> open)
    {
        if (manifest.Kind != BackupKind.Cache)
        {
            throw new OperationException(BackupErrors.WrongKind, $"{path} is a backup of the database '{manifest.Database}', not of Redis.", path);
        }

        // The sum is that of the file as it lies there.
        return manifest.FileName.EndsWith(".zst", StringComparison.Ordinal)
            ? new CacheBackupSource(path, async token => new DecompressionStream(await open(token).ConfigureAwait(false), leaveOpen: false))
            : new CacheBackupSource(path, open) { Sha256 = manifest.Sha256 };
    }

    private static OperationException NotFound(string path) => new(BackupErrors.NotFound, $"There is no backup of Redis '{path}'.", path);
}
