using System.Globalization;
using System.Text;

namespace CivicQ.Ops.Core.Logs;

/// <summary>Reads the time and what else counts from lines of Python's logging and of nginx's access log.</summary>
internal static class LogLineParser
{
    private static readonly byte[][] ErrorLevels = ["ERROR"u8.ToArray(), "CRITICAL"u8.ToArray(), "FATAL"u8.ToArray()];

    /// <summary>
    /// The time of a line of Python's logging: <c>2026-02-14 12:00:00,123</c>, also with <c>T</c>, a dot, a zone, or in brackets as Celery writes it.
    /// A time without a zone is this machine's local time. Lines of a traceback have none.
    /// </summary>
    public static DateTimeOffset? ApplicationTime(ReadOnlySpan<byte> line)
    {
        line = line is [(byte)'[', ..] ? line[1..] : line;
        if (line.Length < 19 || line[4] != '-' || line[7] != '-' || line[10] is not ((byte)' ' or (byte)'T') || line[13] != ':' || line[16] != ':')
        {
            return null;
        }

        Span<char> text = stackalloc char[19];
        Encoding.Latin1.GetChars(line[..19], text);
        text[10] = ' ';
        if (!DateTime.TryParseExact(text, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return null;
        }

        var rest = line[19..];
        if (rest is [(byte)',' or (byte)'.', ..])
        {
            rest = rest[1..];
            while (rest is [>= (byte)'0' and <= (byte)'9', ..])
            {
                rest = rest[1..];
            }
        }

        return rest is [(byte)'Z', ..] ? new DateTimeOffset(time, TimeSpan.Zero)
            : Zone(rest) is { } zone ? new DateTimeOffset(time, zone)
            : new DateTimeOffset(time, TimeZoneInfo.Local.GetUtcOffset(time));
    }

    /// <summary>Whether a line of Python's logging has the level ERROR or worse. The level is looked for before the message, within the line's first part.</summary>
    public static bool IsApplicationError(ReadOnlySpan<byte> line)
    {
        var head = line[..Math.Min(line.Length, 160)];
        foreach (var level in ErrorLevels)
        {
            for (var from = 0; head[from..].IndexOf(level) is >= 0 and var at;)
            {
                var start = from + at;
                var end = start + level.Length;
                // A whole word: "ERROR" but neither "ERRORS" nor "NO_ERROR".
                if (!IsWord(start > 0 ? head[start - 1] : (byte)' ') && !IsWord(end < head.Length ? head[end] : (byte)' ') && !AfterOtherLevel(head[..start]))
                {
                    return true;
                }

                from = end;
            }
        }

        return false;
    }

    /// <summary>The time of a line of nginx's access log, combined format or one that begins like it.</summary>
    public static DateTimeOffset? AccessTime(ReadOnlySpan<byte> line)
    {
        // [14/Feb/2026:12:00:00 +0000]
        var open = line.IndexOf((byte)'[');
        if (open < 0 || line.Length < open + 28 || line[open + 27] != ']')
        {
            return null;
        }

        Span<char> text = stackalloc char[26];
        Encoding.Latin1.GetChars(line.Slice(open + 1, 26), text);
        return DateTime.TryParseExact(text[..20], "dd/MMM/yyyy:HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            && Zone(line.Slice(open + 22, 5)) is { } zone
            ? new DateTimeOffset(time, zone)
            : null;
    }

    /// <summary>The status of a line of nginx's access log: the number after the quoted request; 0 where there is none.</summary>
    public static int AccessStatus(ReadOnlySpan<byte> line)
    {
        var start = line.IndexOf("] \""u8);
        if (start < 0)
        {
            return 0;
        }

        line = line[(start + 3)..];
        var end = line.IndexOf("\" "u8);
        return end >= 0 && line.Length >= end + 5 && System.Buffers.Text.Utf8Parser.TryParse(line.Slice(end + 2, 3), out int status, out var used) && used == 3 ? status : 0;
    }

    // The first level in a line is the line's: an INFO that speaks of an ERROR is no error.
    private static bool AfterOtherLevel(ReadOnlySpan<byte> before) =>
        before.IndexOf("INFO"u8) >= 0 || before.IndexOf("WARNING"u8) >= 0 || before.IndexOf("DEBUG"u8) >= 0;

    private static bool IsWord(byte character) => character is (byte)'_' || char.IsAsciiLetterOrDigit((char)character);

    // +0000 or +00:00
    private static TimeSpan? Zone(ReadOnlySpan<byte> text)
    {
        if (text.Length < 5 || text[0] is not ((byte)'+' or (byte)'-'))
        {
            return null;
        }

        var minutes = text[3] == ':' ? text[4..] : text[3..];
        if (minutes.Length < 2 || !Digits(text[1..3], out var hour) || !Digits(minutes[..2], out var minute) || hour > 14 || minute > 59)
        {
            return null;
        }

        var zone = new TimeSpan(hour, minute, 0);
        return text[0] == '-' ? -zone : zone;
    }

    private static bool Digits(ReadOnlySpan<byte> text, out int number)
    {
        number = ((text[0] - '0') * 10) + (text[1] - '0');
        return char.IsAsciiDigit((char)text[0]) && char.IsAsciiDigit((char)text[1]);
    }
}
