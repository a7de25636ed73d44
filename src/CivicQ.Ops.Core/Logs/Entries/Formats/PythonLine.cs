namespace CivicQ.Ops.Core.Logs.Entries.Formats;

/// <summary>
/// Reads Python's logging in the forms in use: <c>2026-02-14 12:00:00,123 ERROR name: message</c>, the same with <c>- name - ERROR - message</c>,
/// Celery's <c>[2026-02-14 12:00:00,123: INFO/MainProcess] message</c>, gunicorn's <c>[2026-02-14 12:00:00 +0000] [7] [INFO] message</c>,
/// <c>ERROR:name:message</c>, Alembic's <c>INFO  [name] message</c>, and tracebacks that stand alone.
/// </summary>
internal static class PythonLine
{
    /// <summary>What a traceback begins with.</summary>
    public const string Traceback = "Traceback (most recent call last):";

    private const int MostWordsBeforeLevel = 3;
    private static readonly string[] PlainLoggers = ["root", "__main__", "celery", "uvicorn", "gunicorn", "sqlalchemy", "alembic", "asyncio", "app", "api"];

    /// <summary>Reads a line that begins with a bracket.</summary>
    public static bool TryReadBracket(ReadOnlySpan<char> text, ref ParsedLine line) => TryBracket(text, ref line, null);

    /// <summary>Reads a line that begins with a time.</summary>
    public static bool TryReadAfterTime(ReadOnlySpan<char> text, int timeLength, ref ParsedLine line) => TryAfterTime(text, timeLength, ref line, null);

    /// <summary>Reads a line that begins with its level, and those of uvicorn among them.</summary>
    public static bool TryReadLevelFirst(ReadOnlySpan<char> text, ref ParsedLine line)
    {
        if (text[0] == 'T' && text.StartsWith(Traceback, StringComparison.Ordinal))
        {
            line.Format = LogFormat.Python;
            line.Level = LogEntryLevel.Error;
            return true;
        }

        return TryLevelFirst(text, ref line, null);
    }

    /// <summary>Reads the logger, process and task of a line.</summary>
    public static void Fields(ReadOnlySpan<char> text, Dictionary<string, object?> fields)
    {
        var line = default(ParsedLine);
        _ = text switch
        {
            ['[', ..] => TryBracket(text, ref line, fields),
            _ when LineTimeReader.TryIso(text, out _, out var length) => TryAfterTime(text, length, ref line, fields),
            _ => TryLevelFirst(text, ref line, fields),
        };
    }

    private static bool TryBracket(ReadOnlySpan<char> text, ref ParsedLine line, Dictionary<string, object?>? fields)
    {
        if (text.Length < 24 || !LineTimeReader.TryIso(text[1..], out var time, out var length))
        {
            // [INFO] message
            var close = text[..Math.Min(text.Length, 12)].IndexOf(']');
            return close > 0 && LogLevels.OfCapitals(text[1..close].Trim(' ')) is > LogEntryLevel.Unknown and var told && Found(ref line, told, text, close + 1);
        }

        var rest = text[(length + 1)..];
        if (rest.StartsWith(": ", StringComparison.Ordinal))
        {
            var slash = rest.IndexOf('/');
            var close = rest.IndexOf("] ", StringComparison.Ordinal);
            if (slash < 0 || close < slash || LogLevels.OfCapitals(rest[2..slash]) is not (> LogEntryLevel.Unknown and var level))
            {
                return false;
            }

            line.Time = time;
            Found(ref line, level, text, text.Length - rest.Length + close + 1);
            if (fields is not null)
            {
                fields["process"] = rest[(slash + 1)..close].ToString();
                Task(text[line.MessageStart..], fields);
            }

            return true;
        }

        // ] [7] [INFO] message
        var open = rest.StartsWith("] [", StringComparison.Ordinal) ? rest[3..].IndexOf("] [", StringComparison.Ordinal) : -1;
        var end = open > 0 ? rest[(open + 6)..].IndexOf(']') : -1;
        if (end <= 0 || LogLevels.OfCapitals(rest.Slice(open + 6, end).Trim(' ')) is not (> LogEntryLevel.Unknown and var ofGunicorn))
        {
            return false;
        }

        line.Time = time;
        if (fields is not null)
        {
            fields["process"] = rest.Slice(3, open).ToString();
        }

        return Found(ref line, ofGunicorn, text, text.Length - rest.Length + open + 6 + end + 1);
    }

    private static bool TryAfterTime(ReadOnlySpan<char> text, int timeLength, ref ParsedLine line, Dictionary<string, object?>? fields)
    {
        var at = timeLength;
        for (var words = 0; words <= MostWordsBeforeLevel && at < text.Length;)
        {
            while (at < text.Length && text[at] is ' ' or '\t' or '-' or '|' or ':')
            {
                at++;
            }

            var end = at;
            while (end < text.Length && text[end] is not (' ' or '\t' or '|'))
            {
                end++;
            }

            var word = text[at..end].Trim("[]():,");
            var slash = word.IndexOf('/');
            var level = LogLevels.OfCapitals(slash > 0 ? word[..slash] : word);
            if (level != LogEntryLevel.Unknown)
            {
                var before = text[timeLength..at].Trim(" \t-|:");
                Found(ref line, level, text, end);
                var logger = before.IsEmpty ? Logger(text, ref line) : before;
                if (!logger.IsEmpty && fields is not null)
                {
                    fields["logger"] = logger.Trim("[]").ToString();
                }

                if (slash > 0 && fields is not null)
                {
                    fields["process"] = word[(slash + 1)..].ToString();
                }

                return true;
            }

            words++;
            at = end;
        }

        return false;
    }

    private static bool TryLevelFirst(ReadOnlySpan<char> text, ref ParsedLine line, Dictionary<string, object?>? fields)
    {
        var end = 0;
        while (end < text.Length && end <= 12 && text[end] is >= 'A' and <= 'Z')
        {
            end++;
        }

        if (end == text.Length || LogLevels.OfCapitals(text[..end]) is not (> LogEntryLevel.Unknown and var level))
        {
            return false;
        }

        var rest = text[end..];
        if (rest[0] == ':')
        {
            var blanks = rest[1..].IndexOfAnyExcept(' ');
            if (blanks > 0)
            {
                return UvicornLine.TryRead(text, level, end + 1 + blanks, ref line) || Found(ref line, level, text, end + 1);
            }

            // ERROR:name:message
            var name = rest[1..].IndexOf(':');
            if (name <= 0 || rest[1..(name + 1)].Contains(' '))
            {
                return Found(ref line, level, text, end + 1);
            }

            Put(fields, rest[1..(name + 1)]);
            line.Format = LogFormat.Python;
            line.Level = level;
            line.MessageStart = end + name + 2;
            return true;
        }

        if (rest[0] != ' ')
        {
            return false;
        }

        Found(ref line, level, text, end);
        rest = text[line.MessageStart..];
        var close = rest is ['[', ..] ? rest.IndexOf("] ", StringComparison.Ordinal) : -1;
        if (close > 1)
        {
            Put(fields, rest[1..close]);
            line.MessageStart += close + 2;
        }

        return true;
    }

    private static bool Found(ref ParsedLine line, LogEntryLevel level, ReadOnlySpan<char> text, int end)
    {
        line.Format = LogFormat.Python;
        line.Level = level;
        var separators = text[end..].IndexOfAnyExcept(" \t-|:");
        line.MessageStart = separators < 0 ? text.Length : end + separators;
        return true;
    }

    // "app.api: message". A word without a dot before a colon may be part of the message ("failed: …"), unless it is a logger's known name.
    private static ReadOnlySpan<char> Logger(ReadOnlySpan<char> text, ref ParsedLine line)
    {
        var rest = text[line.MessageStart..];
        var bracket = rest is ['[', ..];
        var end = bracket ? rest.IndexOf("] ", StringComparison.Ordinal) : rest.IndexOf(": ", StringComparison.Ordinal);
        if (end is <= 0 or > 120)
        {
            return default;
        }

        var name = rest[(bracket ? 1 : 0)..end];
        foreach (var letter in name)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('.' or '_'))
            {
                return default;
            }
        }

        if (!name.Contains('.') && !IsPlainLogger(name))
        {
            return default;
        }

        line.MessageStart += end + 2;
        return name;
    }

    private static bool IsPlainLogger(ReadOnlySpan<char> name)
    {
        foreach (var known in PlainLoggers)
        {
            if (name.Equals(known, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    // Celery's "Task app.tasks.add[3f1c…] received", and "app.tasks.add[3f1c…]: message" of a task's own logger.
    private static void Task(ReadOnlySpan<char> message, Dictionary<string, object?> fields)
    {
        var name = message.StartsWith("Task ", StringComparison.Ordinal) ? message[5..] : message;
        var open = name.IndexOf('[');
        if (open > 0 && name.Length > open + 37 && name[open + 37] == ']' && !name[..open].Contains(' ') && Guid.TryParseExact(name.Slice(open + 1, 36), "D", out _))
        {
            fields["task"] = name[..open].ToString();
            fields["task_id"] = name.Slice(open + 1, 36).ToString();
        }
    }

    private static void Put(Dictionary<string, object?>? fields, ReadOnlySpan<char> logger)
    {
        if (fields is not null)
        {
            fields["logger"] = logger.ToString();
        }
    }
}
