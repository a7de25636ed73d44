using System.Collections;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;
using CivicQ.Ops.Core.Storage;

namespace CivicQ.Ops.Core.Backups.Stores;

/// <summary>The places of an environment's backups, open.</summary>
internal sealed class BackupStores : IReadOnlyList<IBackupStore>, IAsyncDisposable
{
    private readonly IReadOnlyList<IBackupStore> all;

    private BackupStores(IReadOnlyList<IBackupStore> all) => this.all = all;

    /// <summary>Where they are, for people.</summary>
    public string Addresses => string.Join(" and ", all.Select(store => store.Address));

    /// <inheritdoc/>
    public int Count => all.Count;

    /// <inheritdoc/>
    public IBackupStore this[int index] => all[index];

    /// <summary>Opens those that are asked for.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="folder">A folder in place of the environment's places; <see langword="null"/> for these.</param>
    /// <param name="locations">Which of them; all that are configured where this is empty.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The places, to be disposed of.</returns>
    /// <exception cref="OperationException"><see cref="BackupErrors.NoPlace"/>, or a secret that cannot be read.</exception>
    public static async Task<BackupStores> OpenAsync(
        EnvironmentContext context, string? folder, IReadOnlyCollection<BackupLocation> locations, CancellationToken cancellationToken)
    {
        if (folder is not null)
        {
            return new BackupStores([new FolderStore(Path.GetFullPath(folder, CurrentFolder.Path))]);
        }

        var settings = context.Environment.Backups;
        var result = new List<IBackupStore>();
        if (settings?.Folder is { } own && Wanted(BackupLocation.Folder))
        {
            result.Add(new FolderStore(own));
        }

        if (settings?.Bucket is { } bucket && Wanted(BackupLocation.Bucket))
        {
            if (context.Environment.Storage is null)
            {
                throw new OperationException(
                    EnvironmentErrors.ComponentNotConfigured, $"Environment '{context.Name}' keeps backups in the bucket '{bucket}' and has no part storage.", context.Name);
            }

            result.Add(new BucketStore(await ObjectStore.ConnectAsync(context, cancellationToken).ConfigureAwait(false), bucket, settings.Prefix));
        }

        return result.Count > 0 ? new BackupStores(result) : throw new OperationException(
            BackupErrors.NoPlace,
            locations.Count == 0 ? $"Environment '{context.Name}' names no place for backups." : $"Environment '{context.Name}' names no place for backups in a {string.Join(" or ", locations)}.".Replace("Folder", "folder", StringComparison.Ordinal).Replace("Bucket", "bucket", StringComparison.Ordinal),
            context.Name);

        bool Wanted(BackupLocation location) => locations.Count == 0 || locations.Contains(location);
    }

    /// <inheritdoc/>
    public IEnumerator<IBackupStore> GetEnumerator() => all.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var store in all)
        {
            await store.DisposeAsync().ConfigureAwait(false);
        }
    }
}
