namespace CivicQ.Ops.Core.Backups.Stores;

/// <summary>A backup that is being written. Disposing of it without <see cref="PublishAsync"/> leaves nothing behind.</summary>
internal interface IBackupUpload : IAsyncDisposable
{
    /// <summary>Where it will be, for people.</summary>
    string Address { get; }

    /// <summary>Writes the next bytes of the file.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Ends the file, and opens it again for reading from where it now lies.</summary>
    Task<Stream> ReadBackAsync(CancellationToken cancellationToken);

    /// <summary>Gives it its final name, after it has been read back.</summary>
    /// <param name="manifest">The manifest's text.</param>
    /// <param name="sums">The sums' text, which is written last.</param>
    /// <param name="cancellationToken">Ends the call; whether it is published then, only looking tells.</param>
    Task PublishAsync(ReadOnlyMemory<byte> manifest, ReadOnlyMemory<byte> sums, CancellationToken cancellationToken);
}
