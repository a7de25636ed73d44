using System.Globalization;

namespace CivicQ.Ops.Core.Logs.Entries.Formats;

/// <summary>
/// Reads uvicorn's lines, whose level is padded to ten letters: <c>INFO:     127.0.0.1:1234 - "GET /health HTTP/1.1" 200 OK</c>.
/// An answer of 5xx is an error whatever the line calls itself; one of 4xx stays what the line says, which is INFO.
/// </summary>
internal static class UvicornLine
{
    private const int LevelWidth = 10;

    /// <summary>Reads a line whose level is known.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, LogEntryLevel level, int start, ref ParsedLine line)
    {
        if (start != LevelWidth)
        {
            return false;
        }

        line.Format = LogFormat.Uvicorn;
        line.MessageStart = start;
        var status = Access(text[start..], null);
        line.Level = status >= 500 && level < LogEntryLevel.Error ? LogEntryLevel.Error : level;
        line.IsWhole = status > 0;
        return true;
    }

    /// <summary>Reads a request's client, method, path, protocol and status.</summary>
    public static void Fields(ReadOnlySpan<char> text, Dictionary<string, object?> fields)
    {
        if (text.Length > LevelWidth)
        {
            Access(text[LevelWidth..], fields);
        }
    }

    // 0 where it is no access line.
    private static int Access(ReadOnlySpan<char> text, Dictionary<string, object?>? fields)
    {
        var dash = text.IndexOf(" - \"", StringComparison.Ordinal);
        if (dash <= 0 || text[..dash].Contains(' '))
        {
            return 0;
        }

        var request = text[(dash + 4)..];
        var end = request.LastIndexOf("\" ", StringComparison.Ordinal);
        if (end < 0 || request.Length < end + 5 || !int.TryParse(request.Slice(end + 2, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status) || status < 100)
        {
            return 0;
        }

        if (fields is not null)
        {
            fields["client"] = text[..dash].ToString();
            RequestFields.Put(request[..end], fields);
            fields["status"] = (long)status;
        }

        return status;
    }
}
