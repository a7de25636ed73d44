using System.Globalization;

namespace CivicQ.Ops.Core.Logs.Entries.Formats;

/// <summary>
/// Reads PostgreSQL's log with a prefix that begins with time and process, as all packages and images have it:
/// <c>2026-02-14 12:00:00.123 UTC [123] user@database ERROR:  message</c>. Also PgBouncer's, which has no colon after its level.
/// </summary>
internal static class PostgresLine
{
    private const int MostPrefix = 200;

    /// <summary>Reads a line that begins with a time.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, int timeLength, ref ParsedLine line)
    {
        if (!TryParts(text, timeLength, out var process, out var prefix, out var severity, out var start))
        {
            return false;
        }

        line.Format = LogFormat.PostgreSql;
        line.ProcessId = process;
        var name = text[severity];
        line.Level = Level(name);
        line.Continues = line.Level == LogEntryLevel.Unknown;
        line.MessageStart = line.Continues ? prefix.End.Value : start;
        return true;
    }

    /// <summary>Reads process, user, database and severity of the first line, and the detail, hint, statement … of the others.</summary>
    public static void Fields(string text, Dictionary<string, object?> fields)
    {
        string? last = null;
        foreach (var each in text.AsSpan().EnumerateLines())
        {
            if (!LineTimeReader.TryIso(each, out _, out var length) || !TryParts(each, length, out var process, out var prefix, out var severity, out var start))
            {
                // A statement over several lines.
                if (last is not null)
                {
                    fields[last] = $"{fields[last]}\n{each}";
                }
            }
            else if (!fields.ContainsKey("pid"))
            {
                fields["pid"] = (long)process;
                fields["severity"] = each[severity].ToString();
                Prefix(each[prefix].Trim(' '), fields);
            }
            else
            {
                last = each[severity].ToString().ToLowerInvariant();
                fields[last] = each[start..].ToString();
            }
        }
    }

    private static void Prefix(ReadOnlySpan<char> prefix, Dictionary<string, object?> fields)
    {
        var at = prefix.IndexOf('@');
        if (at > 0 && !prefix.Contains(' '))
        {
            fields["user"] = prefix[..at].ToString();
            fields["database"] = prefix[(at + 1)..].ToString();
        }
        else if (!prefix.IsEmpty)
        {
            fields["prefix"] = prefix.ToString();
        }
    }

    private static LogEntryLevel Level(ReadOnlySpan<char> severity) => severity switch
    {
        "LOG" or "INFO" or "NOTICE" => LogEntryLevel.Information,
        "WARNING" => LogEntryLevel.Warning,
        "ERROR" or "FATAL" => LogEntryLevel.Error,
        "PANIC" => LogEntryLevel.Critical,
        "DEBUG" or "DEBUG1" or "DEBUG2" or "DEBUG3" or "DEBUG4" or "DEBUG5" or "NOISE" => LogEntryLevel.Debug,
        _ => LogEntryLevel.Unknown,
    };

    private static bool Goes(ReadOnlySpan<char> severity) => severity is "DETAIL" or "HINT" or "STATEMENT" or "CONTEXT" or "QUERY" or "LOCATION" or "BACKTRACE";

    private static bool TryParts(ReadOnlySpan<char> text, int at, out int process, out Range prefix, out Range severity, out int start)
    {
        process = 0;
        prefix = severity = default;
        start = 0;
        // A zone's name that the time does not count as its own: CET.
        var open = text[at..].IndexOf('[');
        if (open is < 1 or > 6 || text[at] != ' ')
        {
            return false;
        }

        foreach (var letter in text[at..(at + open)])
        {
            if (letter is not (' ' or (>= 'A' and <= 'Z')))
            {
                return false;
            }
        }

        var digits = at + open + 1;
        var close = text[digits..].IndexOf(']');
        var number = text.Slice(digits, Math.Max(close, 0));
        // [123-1] has the line's number within the session.
        number = number.IndexOf('-') is > 0 and var dash ? number[..dash] : number;
        if (close is < 1 or > 20 || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out process))
        {
            return false;
        }

        var begin = digits + close + 1;
        var head = text[begin..Math.Min(text.Length, begin + MostPrefix)];
        for (var from = 0; head[from..].IndexOf(":  ", StringComparison.Ordinal) is >= 0 and var found;)
        {
            var colon = from + found;
            var word = head[..colon].LastIndexOf(' ') + 1;
            var name = head[word..colon];
            if (Level(name) != LogEntryLevel.Unknown || Goes(name))
            {
                prefix = begin..(begin + word);
                severity = (begin + word)..(begin + colon);
                start = begin + colon + 3;
                return true;
            }

            from = colon + 1;
        }

        // PgBouncer: [123] LOG C-0x…: civicq/app@10.0.0.1:4711 login attempt
        var first = head.TrimStart(' ');
        var end = first.IndexOf(' ');
        var pad = head.Length - first.Length;
        if (pad > 0 && end > 0 && first[..end] is "LOG" or "WARNING" or "ERROR" or "FATAL" or "DEBUG" or "NOISE")
        {
            prefix = begin..(begin + pad);
            severity = (begin + pad)..(begin + pad + end);
            start = begin + pad + end + 1;
            return true;
        }

        return false;
    }
}
