using System.Security.Cryptography;
using CivicQ.Ops.Core.Backups.Stores;

namespace CivicQ.Ops.Core.Tests.Backups.Stores;

public sealed class BackupReaderTests
{
    private const int Length = 9_000_001;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_read_is_checked_and_copied_whole_in_its_order(bool compressed)
    {
        var plain = Plain();
        var file = compressed ? await CompressAsync(plain) : plain;
        using var copied = new MemoryStream();
        using var check = new Sum();
        var progress = new List<long>();
        var reading = await BackupReader.ReadAsync(new MemoryStream(file), compressed, check, CancellationToken.None, progress.Add, copied.WriteAsync);
        Assert.Equal(new BackupReading(file.Length, Hex(file), Length, null), reading);
        Assert.Equal(Hex(plain), Hex(copied.ToArray()));
        Assert.Equal(Hex(plain), check.Value);
        Assert.Equal(file.Length, progress[^1]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(32)]
    public async Task Data_that_ends_with_a_piece_is_whole(int pieces)
    {
        foreach (var plain in new[] { new byte[pieces << 18], Plain()[..(pieces << 18)] })
        {
            var file = await CompressAsync(plain);
            Assert.Equal(new BackupReading(file.Length, Hex(file), plain.Length, null), await BackupReader.ReadAsync(new MemoryStream(file), compressed: true, null, CancellationToken.None));
        }
    }

    [Fact]
    public async Task Damage_is_told_and_the_rest_is_read_for_its_sum()
    {
        var file = await CompressAsync(Plain());
        file[file.Length / 2] ^= 4;
        var reading = await BackupReader.ReadAsync(new MemoryStream(file), compressed: true, null, CancellationToken.None);
        Assert.Equal((file.Length, Hex(file)), (reading.SizeBytes, reading.Sha256));
        Assert.StartsWith("It cannot be decompressed", reading.Damage, StringComparison.Ordinal);
        var cut = await BackupReader.ReadAsync(new MemoryStream(file[..(file.Length / 3)]), compressed: true, null, CancellationToken.None);
        Assert.Equal("The compressed data ends too early.", cut.Damage);
        Assert.Equal("The compressed data ends too early.", (await BackupReader.ReadAsync(Stream.Null, compressed: true, null, CancellationToken.None)).Damage);
    }

    [Fact]
    public async Task Whoever_fails_ends_the_other()
    {
        var file = await CompressAsync(Plain());
        // Far more is to come than is held between the two.
        var full = await Assert.ThrowsAsync<IOException>(() => BackupReader.ReadAsync(
            new MemoryStream(file), compressed: true, null, CancellationToken.None, null, (_, _) => throw new IOException("No space left.")));
        Assert.Equal("No space left.", full.Message);
        using var check = new Sum { Fails = true };
        await Assert.ThrowsAsync<InvalidOperationException>(() => BackupReader.ReadAsync(new MemoryStream(file), compressed: true, check, CancellationToken.None));
        await Assert.ThrowsAsync<EndOfStreamException>(() => BackupReader.ReadAsync(new Breaking(file), compressed: true, null, CancellationToken.None));
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BackupReader.ReadAsync(
            new MemoryStream(file), compressed: true, null, stop.Token, null, async (_, token) =>
            {
                await stop.CancelAsync();
                await Task.Delay(Timeout.Infinite, token);
            }));
    }

    private static byte[] Plain()
    {
        var random = new Random(7);
        var bytes = new byte[Length];
        random.NextBytes(bytes.AsSpan(0, Length / 2));
        return bytes;
    }

    private static async Task<byte[]> CompressAsync(byte[] plain)
    {
        using var target = new MemoryStream();
        var compressor = new BlockCompressor(target.WriteAsync);
        await compressor.WriteAsync(plain, CancellationToken.None);
        await compressor.EndAsync(CancellationToken.None);
        return target.ToArray();
    }

    private static string Hex(byte[] bytes) => Convert.ToHexString(SHA256.HashData(bytes)).ToLowerInvariant();

    private sealed class Sum : IBackupCheck, IDisposable
    {
        private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public bool Fails { get; init; }

        public string Value { get; private set; } = "";

        public void Add(ReadOnlySpan<byte> bytes)
        {
            if (Fails)
            {
                throw new InvalidOperationException();
            }

            hash.AppendData(bytes);
        }

        public string? End()
        {
            Value = Convert.ToHexString(hash.GetHashAndReset()).ToLowerInvariant();
            return null;
        }

        public void Dispose() => hash.Dispose();
    }

    private sealed class Breaking(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position > Length / 2 ? throw new EndOfStreamException() : base.ReadAsync(buffer, cancellationToken);
    }
}
