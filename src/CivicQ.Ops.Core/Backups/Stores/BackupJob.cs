using System.Diagnostics;
using CivicQ.Ops.Core.Environments;

namespace CivicQ.Ops.Core.Backups.Stores;

/// <summary>
/// The frame of every backup: sweeps what killed runs left, begins in all places, lets the data be written, reads it back, publishes, and moves
/// <c>latest.json</c> last. The caller holds the lock that keeps a second one out.
/// </summary>
internal static class BackupJob
{
    /// <summary>Runs it.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="stores">The places.</param>
    /// <param name="beginning">The backup's name, and how large it may become.</param>
    /// <param name="fileName">The name of its file.</param>
    /// <param name="compress">Whether the data is to be compressed.</param>
    /// <param name="write">Writes the data, and gives the manifest of it; sizes, sums and the end time are filled in here.</param>
    /// <param name="check">Makes what looks at the data as it is read back.</param>
    /// <param name="cancellationToken">Ends it; nothing is left behind.</param>
    public static async Task<BackupResult> RunAsync(
        EnvironmentContext context, IReadOnlyList<IBackupStore> stores, BackupBeginning beginning, string fileName, bool compress,
        Func<BackupWriter, CancellationToken, Task<BackupManifest>> write, Func<IBackupCheck?> check, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var path = beginning.Path;
        var uploads = new List<IBackupUpload>();
        try
        {
            foreach (var store in stores)
            {
                if (await store.SweepAsync(path.Series, cancellationToken).ConfigureAwait(false) is > 0 and var swept)
                {
                    context.Reporter.Verbose(FormattableString.Invariant($"{context.Name}: removed {swept} left-overs of runs that were killed from {store.Address}."));
                }

                uploads.Add(await store.BeginAsync(path, fileName, beginning.ExpectedBytes, cancellationToken).ConfigureAwait(false));
            }
        }
        catch
        {
            foreach (var upload in uploads)
            {
                await upload.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }

        var writer = new BackupWriter(uploads, compress);
        await using var closing = writer.ConfigureAwait(false);
        var manifest = await write(writer, cancellationToken).ConfigureAwait(false);
        context.Reporter.Verbose($"{context.Name}: reading {path.Name} back.");
        await writer.VerifyAsync(check(), cancellationToken).ConfigureAwait(false);
        manifest = manifest with
        {
            Name = path.Name, FileName = fileName, EndTime = DateTimeOffset.UtcNow, SizeBytes = writer.SizeBytes, UncompressedBytes = writer.UncompressedBytes, Sha256 = writer.Sha256,
        };
        await writer.PublishAsync(manifest, cancellationToken).ConfigureAwait(false);
        // It is there now, whatever becomes of the pointers.
        foreach (var store in stores)
        {
            await store.PointAsync(path, ManifestText.Write(manifest), CancellationToken.None).ConfigureAwait(false);
        }

        return BackupResult.Of(manifest, [.. stores.Select(store => store.Describe(path))], clock.Elapsed);
    }

    /// <summary>Names a backup that is begun now, after one look at the others of its series.</summary>
    /// <param name="stores">The places.</param>
    /// <param name="database">The database.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<BackupBeginning> BeginAsync(IReadOnlyList<IBackupStore> stores, string database, BackupKind kind, CancellationToken cancellationToken)
    {
        var series = BackupPath.New(database, kind, default).Series;
        var taken = new HashSet<string>(StringComparer.Ordinal);
        StoredBackup? last = null;
        foreach (var store in stores)
        {
            await foreach (var one in store.ListAsync(series, cancellationToken).ConfigureAwait(false))
            {
                taken.Add(one.Path.Text);
                last = one.Damage is null && (last is null || one.Path.Time > last.Path.Time) ? one : last;
            }
        }

        // Names tell the second, and another one may have been made within it.
        BackupPath path;
        while (taken.Contains((path = BackupPath.New(database, kind, DateTimeOffset.UtcNow)).Text))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken).ConfigureAwait(false);
        }

        return new BackupBeginning(path, last?.SizeBytes ?? 0);
    }
}
