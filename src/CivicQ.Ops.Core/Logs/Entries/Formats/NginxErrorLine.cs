using System.Globalization;

namespace CivicQ.Ops.Core.Logs.Entries.Formats;

/// <summary>Reads nginx's error log: <c>2026/02/14 12:00:00 [error] 7#7: *45 message, client: 1.2.3.4, server: _, request: "GET / HTTP/1.1"</c>.</summary>
internal static class NginxErrorLine
{
    private static readonly string[] Names = ["client", "server", "request", "subrequest", "upstream", "host", "referrer"];

    /// <summary>Reads a line.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, ref ParsedLine line)
    {
        if (!LineTimeReader.TryNginxError(text, out var time) || !TryHead(text, out var level, out var start, null))
        {
            return false;
        }

        line.Format = LogFormat.NginxError;
        line.Time = time;
        line.Level = level;
        line.MessageStart = start;
        line.IsWhole = true;
        return true;
    }

    /// <summary>Reads a line's process, connection, client, server, request, upstream, host and referrer.</summary>
    public static void Fields(ReadOnlySpan<char> text, Dictionary<string, object?> fields)
    {
        if (!TryHead(text, out _, out var start, fields))
        {
            return;
        }

        var message = text[start..];
        foreach (var name in Names)
        {
            var label = $", {name}: ";
            var at = message.IndexOf(label, StringComparison.Ordinal);
            if (at < 0)
            {
                continue;
            }

            var value = message[(at + label.Length)..];
            // A request may have quotes of its own; the last one is followed by the next name, or by nothing.
            var quoted = value is ['"', ..];
            var end = quoted ? value.IndexOf("\", ", StringComparison.Ordinal) : value.IndexOf(',');
            value = end >= 0 ? value[..end] : value;
            value = quoted ? value[1..].TrimEnd('"') : value;
            if (name == "request")
            {
                RequestFields.Put(value, fields);
            }
            else
            {
                fields[name] = value.ToString();
            }
        }
    }

    //  [error] 7#7: *45 
    private static bool TryHead(ReadOnlySpan<char> text, out LogEntryLevel level, out int start, Dictionary<string, object?>? fields)
    {
        level = LogEntryLevel.Unknown;
        start = 0;
        if (text.Length < 24 || text[19] != ' ' || text[20] != '[')
        {
            return false;
        }

        var close = text[21..].IndexOf("] ", StringComparison.Ordinal);
        if (close is < 3 or > 6)
        {
            return false;
        }

        level = LogLevels.Of(text.Slice(21, close));
        start = 23 + close;
        var rest = text[start..];
        var hash = rest.IndexOf('#');
        var colon = rest.IndexOf(": ", StringComparison.Ordinal);
        if (hash <= 0 || colon < hash || !long.TryParse(rest[..hash], NumberStyles.None, CultureInfo.InvariantCulture, out var process))
        {
            return level != LogEntryLevel.Unknown;
        }

        start += colon + 2;
        rest = rest[(colon + 2)..];
        if (fields is not null)
        {
            fields["pid"] = process;
        }

        var blank = rest is ['*', ..] ? rest.IndexOf(' ') : -1;
        if (blank > 1 && long.TryParse(rest[1..blank], NumberStyles.None, CultureInfo.InvariantCulture, out var connection))
        {
            start += blank + 1;
            if (fields is not null)
            {
                fields["connection"] = connection;
            }
        }

        return level != LogEntryLevel.Unknown;
    }
}
