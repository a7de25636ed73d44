using System.Formats.Tar;
using System.IO.Pipes;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.Backups.Restore;

/// <summary>
/// Lays an archive down as <c>pg_restore --jobs</c> wants it, a file or a folder that only this account may read, while the backup is read for its
/// checksum: it is read once. The files go when it is disposed of.
/// </summary>
internal sealed class ArchiveUnpacker : IAsyncDisposable
{
    private readonly WorkFolder work;
    private readonly string name;
    private readonly string advice;
    private readonly Stream target;
    private readonly Task extraction;
    private bool broken;

    private ArchiveUnpacker(WorkFolder work, BackupManifest manifest)
    {
        (this.work, name, advice, Path) = (work, manifest.Name, Advice(manifest.Format), System.IO.Path.Combine(work.Path, "archive"));
        if (manifest.Format == BackupFormat.Custom)
        {
            target = new FileStream(Path, PrivateFile.Options(FileMode.CreateNew, FileAccess.Write, FileShare.None));
            extraction = Task.CompletedTask;
        }
        else
        {
            Directory.CreateDirectory(Path);
            var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
            target = pipe;
            // Made here: a pipe that is closed before the other end is taken from it closes that too.
            var source = new AnonymousPipeClientStream(PipeDirection.In, pipe.ClientSafePipeHandle);
            extraction = Task.Run(async () =>
            {
                await using var closing = source.ConfigureAwait(false);
                await TarFile.ExtractToDirectoryAsync(source, Path, overwriteFiles: false).ConfigureAwait(false);
                await source.CopyToAsync(Stream.Null).ConfigureAwait(false);
            });
        }
    }

    /// <summary>The file or folder.</summary>
    public string Path { get; }

    /// <summary>Makes room for it.</summary>
    /// <exception cref="OperationException"><see cref="BackupErrors.NoRoom"/>.</exception>
    public static ArchiveUnpacker Begin(BackupManifest manifest)
    {
        var work = WorkFolder.Make();
        try
        {
            var free = new DriveInfo(work.Path).AvailableFreeSpace;
            return free >= manifest.UncompressedBytes
                ? new ArchiveUnpacker(work, manifest)
                : throw new OperationException(
                    BackupErrors.NoRoom, $"{(manifest.Format == BackupFormat.Custom ? "Several jobs need" : "A backup of several jobs needs")} the decompressed archive, {Measure.Bytes(manifest.UncompressedBytes)}, and {System.IO.Path.GetTempPath()} has {Measure.Bytes(free)} left. {Advice(manifest.Format)}", manifest.Name);
        }
        catch
        {
            work.Dispose();
            throw;
        }
    }

    /// <summary>Takes the next bytes.</summary>
    /// <exception cref="OperationException"><see cref="BackupErrors.NoRoom"/>: they cannot be written.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (broken)
        {
            return;
        }

        try
        {
            await target.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException) when (target is AnonymousPipeServerStream)
        {
            // The extraction ended. A damaged tar is told by whoever reads it, after the last byte; anything else when this is completed.
            broken = true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failed(error);
        }
    }

    /// <summary>Ends it.</summary>
    /// <exception cref="OperationException"><see cref="BackupErrors.NoRoom"/>: it cannot be written.</exception>
    public async Task CompleteAsync()
    {
        try
        {
            await target.DisposeAsync().ConfigureAwait(false);
            await extraction.ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw Failed(error);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await target.DisposeAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The disk is full, which was said already.
        }

        await extraction.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        work.Dispose();
    }

    private OperationException Failed(Exception error) =>
        new(BackupErrors.NoRoom, $"The decompressed archive could not be written to {System.IO.Path.GetTempPath()}: {error.Message} {advice}", name, error);

    private static string Advice(BackupFormat format) => format == BackupFormat.Custom ? "TMPDIR names another folder; one job needs none." : "TMPDIR names another folder.";
}
