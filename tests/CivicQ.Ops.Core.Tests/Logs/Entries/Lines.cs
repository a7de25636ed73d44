using CivicQ.Ops.Core.Logs.Entries;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Core.Tests.Logs.Entries;

/// <summary>Feeds lines to the assembler, a millisecond apart.</summary>
internal static class Lines
{
    public static readonly DateTimeOffset Start = new(2026, 2, 14, 12, 0, 0, TimeSpan.Zero);

    public static List<LogEntry> Read(params string[] lines) => Read(lines.Select((text, index) => new LogLine(Start.AddMilliseconds(index), LogStream.Output, text)));

    public static List<LogEntry> Read(IEnumerable<LogLine> lines)
    {
        var assembler = new EntryAssembler(new EntrySource("test", "backend", "backend-1"));
        var entries = new List<LogEntry>();
        foreach (var line in lines)
        {
            assembler.Add(line, entries);
        }

        assembler.Flush(entries);
        return entries;
    }

    public static LogEntry One(string line) => Assert.Single(Read(line));
}
