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
    private long received;

    private string Activity => $"Backing up Redis at {stream.Address}";

    /// <summary>Fetches the snapshot.</summary>
    /// <param name="sink">Gets its bytes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The running work.</returns>
    /// <exception cref="OperationException"><see cref="CacheBackupErrors.ReplicationRefused"/>, or one of <see cref="CacheErrors"/>.</exception>
    public async Task RunAsync(Stream sink, CancellationToken cancellationToken)
    {
        // Errors to these two are no matter: an older server sends its changes afterwards too, which nobody reads, or writes a file first.
        await stream.AskAsync(cancellationToken, "REPLCONF", "capa", "eof").ConfigureAwait(false);
        await stream.AskAsync(cancellationToken, "REPLCONF", "rdb-only", "1").ConfigureAwait(false);
        stream.Append("SYNC");
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        var header = await HeaderAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (header.StartsWith("$EOF:", StringComparison.Ordinal) && header.Length == "$EOF:".Length + MarkLength)
            {
                await ReadToMarkAsync(Encoding.ASCII.GetBytes(header["$EOF:".Length..]), sink, cancellationToken).ConfigureAwait(false);
            }
            else if (header.StartsWith('$') && long.TryParse(header.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            {
                await ReadLengthAsync(length, sink, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                throw RedisStream.Failure(CacheErrors.CommandFailed, stream.Address, "SYNC was answered by something that is no snapshot.");
            }
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

    private async Task ReadLengthAsync(long length, Stream sink, CancellationToken cancellationToken)
    {
        for (var left = length; left > 0;)
        {
            var count = await ReadAsync(0, (int)Math.Min(left, ChunkSize), cancellationToken).ConfigureAwait(false);
            await PassAsync(count, sink, length, cancellationToken).ConfigureAwait(false);
            left -= count;
        }
    }

    private async Task ReadToMarkAsync(byte[] mark, Stream sink, CancellationToken cancellationToken)
    {
        // Random, and different each time: what stands there is the end.
        for (var kept = 0; ;)
        {
            var there = kept + await ReadAsync(kept, ChunkSize, cancellationToken).ConfigureAwait(false);
            var end = buffer.AsSpan(0, there).IndexOf(mark);
            var whole = end >= 0 ? end : Math.Max(0, there - MarkLength + 1);
            await PassAsync(whole, sink, null, cancellationToken).ConfigureAwait(false);
            if (end >= 0)
            {
                return;
            }

            kept = there - whole;
            buffer.AsSpan(whole, kept).CopyTo(buffer);
        }
    }

    private async Task<int> ReadAsync(int at, int most, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(buffer.AsMemory(at, Math.Min(most, buffer.Length - at)), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException error) when (error.Definition == CacheErrors.Unreachable)
        {
            throw RedisStream.Failure(CacheErrors.Unreachable, stream.Address, $"the connection was lost after {Measure.Bytes(received)} of the snapshot.", error);
        }
    }

    private async Task PassAsync(int count, Stream sink, long? length, CancellationToken cancellationToken)
    {
        received += count;
        await sink.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
        reporter.Progress(new ProgressReport(
            Activity, length is { } all ? $"{Measure.Bytes(received)} of {Measure.Bytes(all)}" : Measure.Bytes(received), length > 0 ? (double)received / length : null));
    }
}
