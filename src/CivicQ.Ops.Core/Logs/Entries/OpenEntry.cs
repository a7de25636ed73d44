using System.Text;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Core.Logs.Entries;

/// <summary>An entry whose next line may still belong to it.</summary>
internal sealed class OpenEntry(EntrySource source, LogLine first, string text, ParsedLine parsed)
{
    private const int MostCharacters = 256 * 1024;
    private StringBuilder? lines;
    private StringBuilder? message;

    /// <summary>The first line's form.</summary>
    public LogFormat Format => parsed.Format;

    /// <summary>The first line's level.</summary>
    public LogEntryLevel Level => parsed.Level;

    /// <summary>PostgreSQL's process that wrote it.</summary>
    public int ProcessId => parsed.ProcessId;

    /// <summary>The platform's time of the last line.</summary>
    public long LastTicks { get; private set; } = first.Time.UtcTicks;

    /// <summary>Whether nothing more is joined to it.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Whether its last lines are a traceback.</summary>
    public bool InTraceback { get; private set; } = text.StartsWith(Formats.PythonLine.Traceback, StringComparison.Ordinal);

    /// <summary>Whether the traceback of a chained exception comes next.</summary>
    public bool ExpectsTraceback { get; private set; }

    /// <summary>Whether its last line was indented.</summary>
    public bool LastLineWasIndented { get; private set; }

    /// <summary>Joins nothing more.</summary>
    public void Close() => IsClosed = true;

    /// <summary>Joins a line.</summary>
    /// <returns>False where the entry is as long as entries get; the line then begins another one.</returns>
    public bool TryAppend(string line, in ParsedLine read, DateTimeOffset time)
    {
        lines ??= new StringBuilder(text);
        if (lines.Length + line.Length + 1 > MostCharacters)
        {
            return false;
        }

        message ??= new StringBuilder(Message(text, parsed));
        lines.Append('\n').Append(line);
        message.Append('\n').Append(read.Continues ? line.AsSpan(read.MessageStart).TrimStart(' ') : line.AsSpan());
        LastTicks = Math.Max(LastTicks, time.UtcTicks);
        InTraceback |= line.StartsWith(Formats.PythonLine.Traceback, StringComparison.Ordinal);
        LastLineWasIndented = line.Length > 0 && line[0] is ' ' or '\t';
        ExpectsTraceback = TracebackText.Chains(line) || (ExpectsTraceback && line.Length == 0);
        return true;
    }

    /// <summary>Makes the entry.</summary>
    public LogEntry Finish()
    {
        // A blank line that no further exception followed was no part of the traceback's text, but it was written: the lines keep it.
        return Make(source, first, lines?.ToString() ?? text, parsed, message?.ToString().TrimEnd('\n') ?? Message(text, parsed));
    }

    /// <summary>Makes an entry of a single line.</summary>
    public static LogEntry Finish(EntrySource source, in LogLine line, string text, in ParsedLine parsed) => Make(source, line, text, parsed, Message(text, parsed));

    private static string Message(string text, in ParsedLine parsed) => parsed.Message ?? (parsed.MessageStart == 0 ? text : text[parsed.MessageStart..]);

    private static LogEntry Make(EntrySource source, in LogLine line, string text, in ParsedLine parsed, string message) => new()
    {
        Environment = source.Environment,
        Service = source.Service,
        Instance = source.Instance,
        Container = source.Container,
        Time = parsed.Time.ToUtc(line.Time),
        PlatformTime = line.Time,
        Level = parsed.Level,
        Format = parsed.Format,
        IsRequest = parsed.IsWhole && parsed.Format is LogFormat.NginxAccess or LogFormat.Uvicorn,
        Stream = line.Stream,
        Message = message,
        Text = text,
    };
}
