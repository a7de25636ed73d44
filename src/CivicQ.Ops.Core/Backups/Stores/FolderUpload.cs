using CivicQ.Ops.Core.Files;

namespace CivicQ.Ops.Core.Backups.Stores;

/// <summary>A backup that is being written into a folder of its own, whose name begins with a dot until it is published.</summary>
internal sealed class FolderUpload : IBackupUpload
{
    private readonly string series;
    private readonly string name;
    private readonly string partial;
    private readonly string file;
    private FileStream? data;
    private bool published;

    /// <summary>Begins it.</summary>
    public FolderUpload(string series, string name, string fileName)
    {
        (this.series, this.name) = (series, name);
        partial = Path.Combine(series, $".{name}{FolderStore.Partial}");
        file = Path.Combine(partial, fileName);
        // What a killed run left is in nobody's way: its series' lock is ours.
        if (Directory.Exists(partial))
        {
            Directory.Delete(partial, recursive: true);
        }

        Directory.CreateDirectory(partial);
        var options = PrivateFile.Options(FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        options.Options = FileOptions.Asynchronous;
        data = new FileStream(file, options);
    }

    /// <inheritdoc/>
    public string Address => Path.Combine(series, name);

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await data!.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FolderStore.Translate(error, file);
        }
    }

    /// <inheritdoc/>
    public async Task<Stream> ReadBackAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (data is not null)
            {
                data.Flush(flushToDisk: true);
                await data.DisposeAsync().ConfigureAwait(false);
                data = null;
            }

            return new FileStream(file, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan, BufferSize = 0 });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FolderStore.Translate(error, file);
        }
    }

    /// <inheritdoc/>
    public Task PublishAsync(ReadOnlyMemory<byte> manifest, ReadOnlyMemory<byte> sums, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            PrivateFile.Replace(Path.Combine(partial, ManifestText.ManifestFile), manifest.Span);
            PrivateFile.Replace(Path.Combine(partial, ManifestText.SumsFile), sums.Span);
            FolderSync.Flush(partial);
            Directory.Move(partial, Address);
            published = true;
            FolderSync.Flush(series);
            return Task.CompletedTask;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FolderStore.Translate(error, partial);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (data is not null)
            {
                await data.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (IOException)
        {
            // The disk is full: what could not be written is not wanted any more.
        }

        try
        {
            if (!published && Directory.Exists(partial))
            {
                Directory.Delete(partial, recursive: true);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Whatever ended the backup is what is told; the next run sweeps what stays.
        }
    }
}
