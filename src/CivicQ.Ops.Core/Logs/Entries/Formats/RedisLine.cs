using System.Globalization;

namespace CivicQ.Ops.Core.Logs.Entries.Formats;

/// <summary>Reads Redis' log: <c>1:M 14 Feb 2026 12:00:00.123 * message</c>; C is the child that saves, S a replica, X a sentinel.</summary>
internal static class RedisLine
{
    private const int TimeLength = 24;

    /// <summary>Reads a line.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, ref ParsedLine line)
    {
        var colon = text.IndexOf(':');
        if (colon is < 1 or > 10 || text.Length < colon + TimeLength + 6 || text[colon + 1] is not ('M' or 'S' or 'C' or 'X') || text[colon + 2] != ' '
            || !int.TryParse(text[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out _)
            || !LineTimeReader.TryRedis(text.Slice(colon + 3, TimeLength), out var time))
        {
            return false;
        }

        var rest = text[(colon + 3 + TimeLength)..];
        if (rest[0] != ' ' || rest[2] != ' ' || rest[1] is not ('.' or '-' or '*' or '#'))
        {
            return false;
        }

        line.Format = LogFormat.Redis;
        line.Time = time;
        line.Level = rest[1] switch
        {
            '#' => LogEntryLevel.Warning,
            '*' => LogEntryLevel.Information,
            _ => LogEntryLevel.Debug,
        };
        line.MessageStart = text.Length - rest.Length + 3;
        line.IsWhole = true;
        return true;
    }

    /// <summary>Reads a line's process and role.</summary>
    public static void Fields(ReadOnlySpan<char> text, Dictionary<string, object?> fields)
    {
        var colon = text.IndexOf(':');
        if (colon > 0 && text.Length > colon + 1 && long.TryParse(text[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out var process))
        {
            fields["pid"] = process;
            fields["role"] = text.Slice(colon + 1, 1).ToString();
        }
    }
}
