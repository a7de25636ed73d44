using System.Runtime.CompilerServices;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.Backups.Stores;

/// <summary>
/// A folder of backups: <c>SOURCE/KIND/NAME/</c> with the data, the manifest and the sums. A backup is written into <c>.NAME.partial</c>, and
/// appears by one renaming of that folder.
/// </summary>
/// <param name="root">The folder; made with the first backup.</param>
internal sealed class FolderStore(string root) : IBackupStore
{
    /// <summary>What ends the name of a folder that is being written.</summary>
    public const string Partial = ".partial";

    /// <summary>What ends the name of a folder that is being removed.</summary>
    public const string Removed = ".removed";

    /// <inheritdoc/>
    public BackupLocation Location => BackupLocation.Folder;

    /// <inheritdoc/>
    public string Address => root;

    /// <inheritdoc/>
    public Task<IBackupUpload> BeginAsync(BackupPath path, string fileName, long expectedBytes, CancellationToken cancellationToken)
    {
        var series = Path.Combine(root, path.Source, BackupPath.KindText(path.Kind));
        try
        {
            Make(series);
            var free = new DriveInfo(series).AvailableFreeSpace;
            return free < expectedBytes
                ? throw new OperationException(BackupErrors.NoRoom, $"The backup may take {Measure.Bytes(expectedBytes)}, and the disk of {root} has {Measure.Bytes(free)} left.", root)
                : Directory.Exists(Path.Combine(series, path.Name))
                    ? throw new OperationException(BackupErrors.Busy, $"{Describe(path)} is there already: two backups were begun within one second.", path.Name)
                    : Task.FromResult<IBackupUpload>(new FolderUpload(series, path.Name, fileName));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Translate(error, series);
        }
    }

    /// <inheritdoc/>
    public IDisposable Hold(string series)
    {
        var folder = Path.Combine(root, series);
        try
        {
            Make(folder);
            return SeriesLock.Take(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Translate(error, folder);
        }
    }

    /// <inheritdoc/>
    public string Describe(BackupPath path) => Folder(path);

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredBackup> ListAsync(string? series, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var path in Paths().Where(path => series is null || path.Series == series))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return await ReadAsync(path, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(BackupPath path, string fileName, CancellationToken cancellationToken)
    {
        var file = Path.Combine(Folder(path), fileName);
        try
        {
            return Task.FromResult<Stream>(new FileStream(file, new FileStreamOptions
            {
                Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read | FileShare.Delete, BufferSize = 0, Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            }));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new OperationException(BackupErrors.Damaged, $"{Folder(path)} has no {fileName}.", path.Name, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OperationException(BackupErrors.Damaged, $"{file} cannot be read: {error.Message}", path.Name, error);
        }
    }

    /// <inheritdoc/>
    public Task RemoveAsync(BackupPath path, CancellationToken cancellationToken)
    {
        var folder = Folder(path);
        var gone = Path.Combine(Path.GetDirectoryName(folder)!, $".{path.Name}{Removed}");
        try
        {
            Directory.Move(folder, gone);
            Directory.Delete(gone, recursive: true);
            return Task.CompletedTask;
        }
        catch (DirectoryNotFoundException error)
        {
            throw new OperationException(BackupErrors.NotFound, $"{folder} is not there.", path.Name, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Translate(error, folder);
        }
    }

    /// <inheritdoc/>
    public Task PointAsync(BackupPath path, ReadOnlyMemory<byte> manifest, CancellationToken cancellationToken)
    {
        var file = Path.Combine(root, path.Source, BackupPath.KindText(path.Kind), LatestFile);
        try
        {
            PrivateFile.Replace(file, manifest.Span);
            return Task.CompletedTask;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Translate(error, file);
        }
    }

    /// <inheritdoc/>
    public Task<int> SweepAsync(string series, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(root, series);
        var swept = 0;
        if (Directory.Exists(folder))
        {
            // Work folders have locks of their own: one that is held is in use.
            swept += WorkFolder.Sweep(folder);
            var left = Directory.EnumerateDirectories(folder, ".*").Where(one => one.EndsWith(Partial, StringComparison.Ordinal) || one.EndsWith(Removed, StringComparison.Ordinal));
            foreach (var one in left.ToList())
            {
                WorkFolder.Remove(one);
                swept++;
            }

            foreach (var one in Directory.EnumerateFiles(folder, LatestFile + ".*.tmp").ToList())
            {
                File.Delete(one);
                swept++;
            }
        }

        return Task.FromResult(swept);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;

    /// <summary>The file of a series that holds the newest backup's manifest.</summary>
    internal const string LatestFile = "latest.json";

    /// <summary>Turns what the system throws into an error of the catalogue.</summary>
    internal static OperationException Translate(Exception error, string place) => new(BackupErrors.WriteFailed, $"{place}: {error.Message}", place, error);

    // Whoever may read backups may read the database.
    private static void Make(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private string Folder(BackupPath path) => Path.Combine(root, path.Source, BackupPath.KindText(path.Kind), path.Name);

    private IEnumerable<BackupPath> Paths()
    {
        if (!Directory.Exists(root))
        {
            yield break;
        }

        foreach (var source in Names(root))
        {
            // Not all that lies beside the sources can be looked into: lost+found at the root of a disk.
            foreach (var kind in Enum.GetValues<BackupKind>().Select(BackupPath.KindText).Where(kind => Directory.Exists(Path.Combine(root, source, kind))))
            {
                foreach (var name in Names(Path.Combine(root, source, kind)))
                {
                    if (BackupPath.Parse(source, kind, name) is { } path)
                    {
                        yield return path;
                    }
                }
            }
        }
    }

    private static List<string> Names(string folder)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(folder).Select(one => Path.GetFileName(one)).Where(name => !name.StartsWith('.'))];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OperationException(BackupErrors.NotFound, $"{folder} cannot be listed: {error.Message}", folder, error);
        }
    }

    private async Task<StoredBackup> ReadAsync(BackupPath path, CancellationToken cancellationToken)
    {
        var folder = Folder(path);
        try
        {
            var text = await File.ReadAllBytesAsync(Path.Combine(folder, ManifestText.ManifestFile), cancellationToken).ConfigureAwait(false);
            var sums = await File.ReadAllBytesAsync(Path.Combine(folder, ManifestText.SumsFile), cancellationToken).ConfigureAwait(false);
            var manifest = ManifestText.Read(text, sums, folder);
            var data = new FileInfo(Path.Combine(folder, manifest.FileName));
            return new StoredBackup(path, folder, manifest, data.Exists ? data.Length : 0, StoredDamage.Of(manifest, data.Exists ? data.Length : null));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or OperationException)
        {
            return new StoredBackup(path, folder, null, 0, error.Message);
        }
    }
}
