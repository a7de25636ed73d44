namespace CivicQ.Ops.Core.Logs;

/// <summary>Counts the errors that log files hold since a moment, from their ends backwards, over rotation.</summary>
internal static class RecentErrorCounter
{
    // Several processes write one log: a line may be a little older than the one before it.
    private static readonly TimeSpan Disorder = TimeSpan.FromMinutes(1);
    private const int MostRotations = 24;

    /// <summary>Counts lines of Python's logging at ERROR or worse.</summary>
    public static Task<RecentLines> ApplicationAsync(string path, DateTimeOffset since, CancellationToken cancellationToken) =>
        CountAsync(path, since, LogLineParser.ApplicationTime, LogLineParser.IsApplicationError, cancellationToken);

    /// <summary>Counts requests of an access log that nginx answered with 5xx.</summary>
    public static Task<RecentLines> AccessAsync(string path, DateTimeOffset since, CancellationToken cancellationToken) =>
        CountAsync(path, since, LogLineParser.AccessTime, line => LogLineParser.AccessStatus(line) is >= 500 and <= 599, cancellationToken);

    private delegate DateTimeOffset? TimeReader(ReadOnlySpan<byte> line);

    private delegate bool Judge(ReadOnlySpan<byte> line);

    private static async Task<RecentLines> CountAsync(string path, DateTimeOffset since, TimeReader timeOf, Judge isError, CancellationToken cancellationToken)
    {
        var total = new RecentLines();
        for (var rotation = 0; rotation <= MostRotations; rotation++)
        {
            var file = rotation == 0 ? path : FormattableString.Invariant($"{path}.{rotation}");
            if (rotation > 0 && !File.Exists(file))
            {
                // Compressed ones (.2.gz) are a day old where logrotate delays compression, as the manual has it.
                break;
            }

            // A rotated file that was last written before the moment holds nothing of interest.
            if (rotation > 0 && File.GetLastWriteTimeUtc(file) < since.UtcDateTime)
            {
                break;
            }

            var (lines, reached) = await OneAsync(file, since, timeOf, isError, cancellationToken).ConfigureAwait(false);
            total = total.Plus(lines);
            if (reached || !lines.Complete)
            {
                break;
            }
        }

        return total;
    }

    private static async Task<(RecentLines Lines, bool Reached)> OneAsync(
        string path, DateTimeOffset since, TimeReader timeOf, Judge isError, CancellationToken cancellationToken)
    {
        long entries = 0;
        long errors = 0;
        DateTimeOffset? latest = null;
        long bytes = 0;
        bool Visit(ReadOnlySpan<byte> line)
        {
            bytes += line.Length + 1;
            if (timeOf(line) is not { } time)
            {
                return true;
            }

            if (time < since)
            {
                return time >= since - Disorder;
            }

            entries++;
            if (isError(line))
            {
                errors++;
                latest = latest is null || time > latest ? time : latest;
            }

            return true;
        }

        RecentLines Result(bool complete, params string[] unreadable) => new()
        {
            Entries = entries, Errors = errors, Latest = latest, Complete = complete, Unreadable = unreadable, BytesRead = bytes,
        };
        try
        {
            // Delete is shared, so that logrotate may go on meanwhile.
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.Asynchronous);
            await using var closing = file.ConfigureAwait(false);
            var reached = await BackwardLineReader.ReadAsync(file, Visit, cancellationToken).ConfigureAwait(false);
            return (Result(complete: true), reached);
        }
        catch (OperationCanceledException)
        {
            return (Result(complete: false), true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return (Result(complete: true, $"{path}: {error.Message}"), false);
        }
    }
}
