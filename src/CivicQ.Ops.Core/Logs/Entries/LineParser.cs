using CivicQ.Ops.Core.Logs.Entries.Formats;

namespace CivicQ.Ops.Core.Logs.Entries;

/// <summary>
/// Recognises the format of single lines. Each format begins in its own way, so the first letters decide which one is tried:
/// no line is tried against all, and an instance may change its format from line to line, as uvicorn beside structlog does.
/// </summary>
internal static class LineParser
{
    /// <summary>Reads a clean line. Never fails: what no format knows is text of an unknown level.</summary>
    /// <param name="text">The line, cleaned by <see cref="LogText.CleanLine"/>.</param>
    /// <returns>What the line is.</returns>
    public static ParsedLine Read(string text)
    {
        var line = default(ParsedLine);
        return text.Length > 0 && Try(text, ref line) ? line : new ParsedLine { Time = line.Time };
    }

    private static bool Try(string text, ref ParsedLine line) => text[0] switch
    {
        '{' => JsonLine.TryRead(text, ref line),
        '[' => PythonLine.TryReadBracket(text, ref line),
        >= 'A' and <= 'Z' => PythonLine.TryReadLevelFirst(text, ref line) || NginxAccessLine.TryRead(text, ref line),
        >= '0' and <= '9' => TryDigit(text, ref line),
        ' ' or '\t' => false,
        _ => NginxAccessLine.TryRead(text, ref line),
    };

    private static bool TryDigit(string text, ref ParsedLine line)
    {
        if (text.Length > 10 && text[4] == '-' && LineTimeReader.TryIso(text, out line.Time, out var length))
        {
            return PostgresLine.TryRead(text, length, ref line) || PythonLine.TryReadAfterTime(text, length, ref line);
        }

        return text.Length > 10 && text[4] == '/' ? NginxErrorLine.TryRead(text, ref line)
            : RedisLine.TryRead(text, ref line) || NginxAccessLine.TryRead(text, ref line);
    }
}
