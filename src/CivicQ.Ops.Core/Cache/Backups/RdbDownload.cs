using System.Globalization;
using System.Text;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Measures;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>Fetches a snapshot as a replica does: the server forks and sends it, nothing is written on its side where it replicates without a disk.</summary>
/// <param name="stream">A connection of its own; it is of no more use afterwards.</param>
/// <param name="reporter">Gets the progress.</param>
internal sealed class RdbDownload(RedisStream stream, IOperationReporter reporter)
{
    private const int MarkLength = 40;
    private const int ChunkSize = 256 * 1024;
    private readonly byte[] buffer = new byte[ChunkSize + MarkLength];

    private string Activity => $"Backing up Redis at {stream.Address}";

    /// <summary>Fetches the snapshot.</summary>
    /// <param name="sink">Gets its bytes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What came.</returns>
    /// <exception cref="OperationException"><see cref="CacheBackupErrors.ReplicationRefused"/>, one of <see cref="CacheErrors"/>, or <see cref="CacheBackupErrors.Damaged"/>.</exception>
    public async Task<RdbTransfer> RunAsync(Stream sink, CancellationToken cancellationToken)
    {
        // Errors to these two are no matter: an older server sends its changes afterwards too, which nobody reads, or writes a file first.
        await stream.AskAsync(cancellationToken, "REPLCONF", "capa", "eof").ConfigureAwait(false);
        await stream.AskAsync(cancellationToken, "REPLCONF", "rdb-only", "1").ConfigureAwait(false);
        stream.Append("SYNC");
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        var header = await HeaderAsync(cancellationToken).ConfigureAwait(false);
        using var digest = new RdbDigest();
        try
        {
            if (header.StartsWith("$EOF:", StringComparison.Ordinal) && header.Length == "$EOF:".Length + MarkLength)
            {
                await ReadToMarkAsync(Encoding.ASCII.GetBytes(header["$EOF:".Length..]), sink, digest, cancellationToken).ConfigureAwait(false);
            }
            else if (header.StartsWith('$') && long.TryParse(header.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            {
                await ReadLengthAsync(length, sink, digest, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                throw RedisStream.Failure(CacheErrors.CommandFailed, stream.Address, "SYNC was answered by something that is no snapshot.");
            }

            var (sha, hasChecksum) = digest.Complete();
            return new RdbTransfer(digest.Length, sha, digest.Version, hasChecksum);
        }
        catch (InvalidDataException error)
        {
            throw RdbFile.Damaged($"what Redis at {stream.Address} sent", error);
        }
        finally
        {
            reporter.Progress(new ProgressReport(Activity, "", Completed: true));
        }
    }

    private async Task<string> HeaderAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // Empty lines keep the connection alive while the server waits for other replicas and forks.
            var line = Encoding.UTF8.GetString(await stream.ReadLineAsync(cancellationToken).ConfigureAwait(false));
            if (line.StartsWith('-'))
            {
                var words = line[1..];
                throw RedisStream.Failure(IsRefusal(words) ? CacheBackupErrors.ReplicationRefused : RedisErrorTranslator.Definition(words), stream.Address, $"SYNC: {words}");
            }

            if (line.Length > 0)
            {
                return line;
            }

            reporter.Progress(new ProgressReport(Activity, "The server prepares the snapshot"));
        }
    }

    /// <summary>Whether a server's words say that a command is not for this account, or not for anybody.</summary>
    public static bool IsRefusal(string words) =>
        words.StartsWith("NOPERM", StringComparison.Ordinal) || words.Contains("unknown command", StringComparison.OrdinalIgnoreCase);

    private async Task ReadLengthAsync(long length, Stream sink, RdbDigest digest, CancellationToken cancellationToken)
    {
        for (var left = length; left > 0;)
        {
            var count = await ReadAsync(0, (int)Math.Min(left, ChunkSize), digest, cancellationToken).ConfigureAwait(false);
            await PassAsync(count, sink, digest, length, cancellationToken).ConfigureAwait(false);
            left -= count;
        }
    }

    private async Task ReadToMarkAsync(byte[] mark, Stream sink, RdbDigest digest, CancellationToken cancellationToken)
    {
        // Random, and different each time: what stands there is the end.
        for (var kept = 0; ;)
        {
            var there = kept + await ReadAsync(kept, ChunkSize, digest, cancellationToken).ConfigureAwait(false);
            var end = buffer.AsSpan(0, there).IndexOf(mark);
            var whole = end >= 0 ? end : Math.Max(0, there - MarkLength + 1);
            await PassAsync(whole, sink, digest, null, cancellationToken).ConfigureAwait(false);
            if (end >= 0)
            {
                return;
            }

            kept = there - whole;
            buffer.AsSpan(whole, kept).CopyTo(buffer);
        }
    }

    private async Task<int> ReadAsync(int at, int most, RdbDigest digest, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(buffer.AsMemory(at, Math.Min(most, buffer.Length - at)), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException error) when (error.Definition == CacheErrors.Unreachable)
        {
            throw RedisStream.Failure(CacheErrors.Unreachable, stream.Address, $"the connection was lost after {Measure.Bytes(digest.Length)} of the snapshot.", error);
        }
    }

    private async Task PassAsync(int count, Stream sink, RdbDigest digest, long? length, CancellationToken cancellationToken)
    {
        digest.Append(buffer.AsSpan(0, count));
        await sink.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
        reporter.Progress(new ProgressReport(
            Activity, length is { } all ? $"{Measure.Bytes(digest.Length)} of {Measure.Bytes(all)}" : Measure.Bytes(digest.Length), length > 0 ? (double)digest.Length / length : null));
    }
}
