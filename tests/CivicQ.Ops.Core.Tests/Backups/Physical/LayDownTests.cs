using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Backups.Physical;
using CivicQ.Ops.Core.Backups.Recovery;
using CivicQ.Ops.Core.Backups.Servers;
using CivicQ.Ops.Core.Backups.Stores;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Tests.Backups.Physical;

/// <summary>Which disk it is that fails while a base backup is laid down: the backup's own, or the data directory's.</summary>
[Collection(PhysicalCollection.Name)]
public sealed class LayDownTests(ArchivingServer server)
{
    [Fact]
    public async Task The_backups_disk_is_told_from_the_data_directorys()
    {
        using var backups = new TemporaryFolder();
        using var work = new TemporaryFolder();
        var context = server.Context(backups.Path);
        await PhysicalBackup.RunAsync(context, new PhysicalOptions(), CancellationToken.None);
        await using var stores = await BackupStores.OpenAsync(context, null, [], CancellationToken.None);
        var found = Assert.Single(await BackupCatalogue.ListAsync(context, stores, DateTimeOffset.UtcNow, CancellationToken.None));
        await using var folder = ThrowAwayFolder.Make(work.Path, 0, NullReporter.Instance);

        // A disk that gives back the first half and no more.
        var half = found with { Store = new HalfReadStore(found.Store, found.Info.SizeBytes / 2) };
        Assert.Equal(HalfReadStore.Words, await RecoveredServer.LayDownAsync(context, half, folder, folder.MakeFolder(work.File("half")), CancellationToken.None));

        var taken = work.File("taken");
        await File.WriteAllTextAsync(taken, "");
        var error = await Assert.ThrowsAsync<OperationException>(() => RecoveredServer.LayDownAsync(context, found, folder, taken, CancellationToken.None));
        Assert.Equal(RecoveryErrors.FolderNotUsable, error.Definition);
        Assert.Null(await RecoveredServer.LayDownAsync(context, found, folder, folder.MakeFolder(work.File("whole")), CancellationToken.None));
    }

    private sealed class HalfReadStore(IBackupStore store, long most) : IBackupStore
    {
        public const string Words = "Input/output error";

        public BackupLocation Location => store.Location;

        public string Address => store.Address;

        public async Task<Stream> OpenAsync(BackupPath path, string fileName, CancellationToken cancellationToken) => new HalfReadStream(await store.OpenAsync(path, fileName, cancellationToken), most);

        public Task<IBackupUpload> BeginAsync(BackupPath path, string fileName, long expectedBytes, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IDisposable? Hold(string series) => store.Hold(series);

        public string Describe(BackupPath path) => store.Describe(path);

        public IAsyncEnumerable<StoredBackup> ListAsync(string? series, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task RemoveAsync(BackupPath path, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task PointAsync(BackupPath path, ReadOnlyMemory<byte> manifest, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<int> SweepAsync(string series, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => default;
    }

    private sealed class HalfReadStream(Stream stream, long left) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (left == 0)
            {
                throw new IOException(HalfReadStore.Words);
            }

            var read = await stream.ReadAsync(buffer[..(int)Math.Min(buffer.Length, left)], cancellationToken);
            left -= read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                stream.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
