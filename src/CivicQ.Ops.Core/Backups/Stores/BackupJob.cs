using System.Diagnostics;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;

namespace CivicQ.Ops.Core.Backups.Stores;

/// <summary>
/// The frame of every backup: sweeps what killed runs left, begins in all places, lets the data be written, reads it back, publishes, and moves
/// <c>latest.json</c> last. The caller holds the lock that keeps a second one off the database; places that can keep a second one out themselves.
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
        var held = new List<IDisposable>();
        try
        {
            foreach (var store in stores)
            {
                if (store.Hold(beginning.Path.Series) is { } one)
                {
                    held.Add(one);
                }
            }

            return await RunAloneAsync(context, stores, beginning, fileName, compress, write, check, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            held.ForEach(one => one.Dispose());
        }
    }

    private static async Task<BackupResult> RunAloneAsync(
        EnvironmentContext context, IReadOnlyList<IBackupStore> stores, BackupBeginning beginning, string fileName, bool compress,
        Func<BackupWriter, CancellationToken, Task<BackupManifest>> write, Func<IBackupCheck?> check, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var path = beginning.Path;
        var uploads = new List<IBackupUpload>();
        WorkFolder.Sweep();
        try
        {
            foreach (var store in stores)
            {
                if (await store.SweepAsync(path.Series, cancellationToken).ConfigureAwait(false) is > 0 and var swept)
                {
                    context.Reporter.Verbose(FormattableString.Invariant($"{context.Name}: removed {swept} left-overs of runs that were killed from {store.Address}."));
                }

                // The parts of an upload are sized by what comes, and of a first backup only the source's size is known. Room on a disk is not asked for so much.
                var expected = beginning.ExpectedBytes == 0 && store.Location == BackupLocation.Bucket ? beginning.SourceBytes : beginning.ExpectedBytes;
                uploads.Add(await store.BeginAsync(path, fileName, expected, cancellationToken).ConfigureAwait(false));
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

    /// <summary>Names a backup that is begun now, after one look at the others of its series. Nothing is swept or written yet.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="stores">The places.</param>
    /// <param name="database">The database.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="sourceBytes">How large what is backed up is; 0 where that is not known.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationException"><see cref="BackupErrors.PlaceShared"/>: another environment backs up there.</exception>
    public static async Task<BackupBeginning> BeginAsync(
        EnvironmentContext context, IReadOnlyList<IBackupStore> stores, string database, BackupKind kind, long sourceBytes, CancellationToken cancellationToken)
    {
        var series = BackupPath.New(database, kind, default).Series;
        var taken = new HashSet<string>(StringComparer.Ordinal);
        StoredBackup? last = null;
        foreach (var store in stores)
        {
            StoredBackup? newest = null;
            await foreach (var one in store.ListAsync(series, cancellationToken).ConfigureAwait(false))
            {
                taken.Add(one.Path.Text);
                newest = one.Damage is null && (newest is null || one.Path.Time > newest.Path.Time) ? one : newest;
            }

            // Two in one series would take each other's for their own, and sweep each other's work away.
            if (newest?.Manifest is { Environment: var other } && !string.Equals(other, context.Name, StringComparison.OrdinalIgnoreCase))
            {
                throw new OperationException(
                    BackupErrors.PlaceShared, $"The newest good {BackupPath.KindText(kind)} backup of {database} in {store.Address}, {newest.Path.Name}, is of environment '{other}', not of '{context.Name}'.", store.Address);
            }

            last = newest is not null && (last is null || newest.Path.Time > last.Path.Time) ? newest : last;
        }

        // Names tell the second, and another one may have been made within it.
        BackupPath path;
        while (taken.Contains((path = BackupPath.New(database, kind, DateTimeOffset.UtcNow)).Text))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken).ConfigureAwait(false);
        }

        return new BackupBeginning(path, last?.SizeBytes ?? 0, sourceBytes);
    }
}
