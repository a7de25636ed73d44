using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Core.Logs.Entries;

/// <summary>
/// Makes entries of one instance's lines: each line is read by its format, and lines that go on with an entry are joined to it, up to a size
/// and a distance in time. Standard output and standard error are joined apart, since programs write to both at once.
/// </summary>
/// <param name="source">Whose log it is.</param>
internal sealed class EntryAssembler(EntrySource source)
{
    private const int MostWaiting = 1024;

    // Lines of one entry are written at once; the platform stamps them within moments of each other.
    private static readonly long Near = TimeSpan.FromSeconds(1).Ticks;
    private static readonly long VeryNear = TimeSpan.FromMilliseconds(100).Ticks;

    // In the order in which they began. Only the last of each stream may still grow.
    private readonly Queue<OpenEntry> waiting = new();
    private OpenEntry? output;
    private OpenEntry? error;

    /// <summary>Whether an entry is held back because its next line may belong to it.</summary>
    public bool HasOpen => waiting.Count > 0;

    /// <summary>Takes a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="finished">Gets the entries that are complete now, in the order in which they began.</param>
    public void Add(LogLine line, ICollection<LogEntry> finished)
    {
        var text = LogText.CleanLine(line.Text);
        ref var open = ref line.Stream == LogStream.Error ? ref error : ref output;
        var parsed = LineParser.Read(text);
        if (open is not null && Belongs(open, text, parsed, line.Time) && open.TryAppend(text, parsed, line.Time))
        {
            Release(line.Time, finished);
            return;
        }

        open?.Close();
        open = null;
        Release(line.Time, finished);
        if (parsed.IsWhole && waiting.Count == 0)
        {
            finished.Add(OpenEntry.Finish(source, line, text, parsed));
            return;
        }

        var entry = new OpenEntry(source, line, text, parsed);
        waiting.Enqueue(entry);
        if (parsed.IsWhole)
        {
            entry.Close();
        }
        else
        {
            open = entry;
        }

        Release(line.Time, finished);
    }

    /// <summary>Completes what is held back: the log has ended, or nothing came for a while.</summary>
    /// <param name="finished">Gets the entries.</param>
    public void Flush(ICollection<LogEntry> finished)
    {
        output = error = null;
        while (waiting.TryDequeue(out var entry))
        {
            finished.Add(entry.Finish());
        }
    }

    private void Release(DateTimeOffset now, ICollection<LogEntry> finished)
    {
        while (waiting.TryPeek(out var first) && (first.IsClosed || now.UtcTicks - first.LastTicks > Near || waiting.Count > MostWaiting))
        {
            waiting.Dequeue();
            output = ReferenceEquals(output, first) ? null : output;
            error = ReferenceEquals(error, first) ? null : error;
            finished.Add(first.Finish());
        }
    }

    private static bool Belongs(OpenEntry open, string text, in ParsedLine parsed, DateTimeOffset time)
    {
        var apart = Math.Abs(time.UtcTicks - open.LastTicks);
        if (apart > Near)
        {
            return false;
        }

        if (parsed.Continues)
        {
            return open.Format == LogFormat.PostgreSql && open.ProcessId == parsed.ProcessId;
        }

        if (text.StartsWith(Formats.PythonLine.Traceback, StringComparison.Ordinal))
        {
            // Celery logs a retry's traceback with INFO; but a traceback that happens to follow an INFO is an error of its own.
            return open.ExpectsTraceback
                || (open.Format is LogFormat.Python or LogFormat.Uvicorn && !open.InTraceback && (open.Level >= LogEntryLevel.Warning || apart <= VeryNear));
        }

        if (open.InTraceback && TracebackText.GoesOn(text, open.LastLineWasIndented))
        {
            return true;
        }

        return parsed.Format == LogFormat.Text && text.Length > 0 && text[0] is ' ' or '\t';
    }
}
