using System.Globalization;
using System.Text.RegularExpressions;
using CivicQ.Ops.Core.Backups.Wal;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Backups.Recovery;

/// <summary>Reads in a recovering server's log how far it is, and where it stopped.</summary>
/// <param name="reporter">Gets the progress.</param>
/// <param name="activity">What the progress is of.</param>
/// <param name="segments">How many segments there may be to replay; 0 where nobody knows.</param>
internal sealed partial class RecoveryLog(IOperationReporter reporter, string activity, int segments)
{
    private const string LogLevel = "LOG:";

    // How the server begins what it says of WAL that it cannot read, which is no error to it: the WAL ends there.
    private static readonly string[] Complaints =
    [
        "invalid ", "incorrect ", "record with ", "unexpected pageaddr ", "out-of-sequence ", "there is no contrecord ", "contrecord is requested ", "WAL file is from ", "could not restore image ",
        "could not decompress image ",
    ];

    private string position = "";

    /// <summary>How many segments came from the archive.</summary>
    public int Segments { get; private set; }

    /// <summary>The last segment that came from it; <see langword="null"/> where none did.</summary>
    public string? LastSegment { get; private set; }

    /// <summary>Where the last record that was replayed begins.</summary>
    public ulong? Replayed { get; private set; }

    /// <summary>Why the server read no further; <see langword="null"/> where there was no more.</summary>
    public string? Complaint { get; private set; }

    /// <summary>The first transaction that was not replayed any more.</summary>
    public DateTimeOffset? StoppedBefore { get; private set; }

    /// <summary>The last one that was.</summary>
    public DateTimeOffset? LastTransaction { get; private set; }

    /// <summary>True where the archive ended before the target.</summary>
    public bool EndedEarly { get; private set; }

    /// <summary>True where the target lies before the end of the base backup.</summary>
    public bool BaseTooNew { get; private set; }

    /// <summary>True where the WAL ends before the base backup's files are consistent.</summary>
    public bool WalTooShort { get; private set; }

    /// <summary>Takes a line.</summary>
    public void Add(string line)
    {
        if (line.Contains("restored log file", StringComparison.Ordinal) && SegmentName().Match(line) is { Success: true } segment)
        {
            position = segment.Groups[1].Value;
            // The last one is taken once more at the end. The timeline is no part of the order.
            if (LastSegment is null || string.CompareOrdinal(position, 8, LastSegment, 8, WalSegment.NameLength) > 0)
            {
                Segments++;
                LastSegment = position;
            }
        }
        else if (line.Contains("redo starts at", StringComparison.Ordinal))
        {
            // What was said before was of the search for the beginning.
            Complaint = null;
        }
        else if (line.Contains("redo done at", StringComparison.Ordinal) && Done().Match(line) is { Success: true } done && WalPosition.TryParse(done.Groups[1].Value, out var end))
        {
            Replayed = end;
        }
        else if (Replayed is null && line.StartsWith(LogLevel, StringComparison.Ordinal) && Complaints.Any(words => line.AsSpan(LogLevel.Length).TrimStart().StartsWith(words, StringComparison.Ordinal)))
        {
            Complaint = line[LogLevel.Length..].Trim();
        }
        else if (line.Contains("redo in progress", StringComparison.Ordinal) && Lsn().Match(line) is { Success: true } lsn && WalPosition.TryParse(lsn.Groups[1].Value, out _))
        {
            position = lsn.Groups[1].Value;
        }
        else if (line.Contains("recovery stopping ", StringComparison.Ordinal))
        {
            StoppedBefore = Time(line) ?? StoppedBefore;
        }
        else if (line.Contains("last completed transaction was at log time", StringComparison.OrdinalIgnoreCase))
        {
            LastTransaction = Time(line) ?? LastTransaction;
        }

        EndedEarly |= line.Contains("recovery ended before configured recovery target was reached", StringComparison.Ordinal);
        BaseTooNew |= line.Contains("requested recovery stop point is before consistent recovery point", StringComparison.Ordinal);
        WalTooShort |= line.Contains("WAL ends before", StringComparison.Ordinal) || line.Contains("could not locate required checkpoint record", StringComparison.Ordinal);
        reporter.Progress(new ProgressReport(activity, position.Length > 0 ? $"Replaying {position}" : "Starting", segments > 0 ? Math.Min(1, Segments / (double)segments) : null));
    }

    private static DateTimeOffset? Time(string line) =>
        LogTime().Match(line) is { Success: true } match
            && DateTimeOffset.TryParse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    [GeneratedRegex("\"([0-9A-F]{24})\"", RegexOptions.CultureInvariant)]
    private static partial Regex SegmentName();

    [GeneratedRegex("current LSN: ([0-9A-F]+/[0-9A-F]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Lsn();

    [GeneratedRegex("redo done at ([0-9A-F]+/[0-9A-F]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Done();

    // The server says it in UTC: log_timezone is set.
    [GeneratedRegex(@"time (\d{4,}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?)", RegexOptions.CultureInvariant)]
    private static partial Regex LogTime();
}
