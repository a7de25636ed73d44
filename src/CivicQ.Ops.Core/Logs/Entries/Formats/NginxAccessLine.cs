using System.Globalization;

namespace CivicQ.Ops.Core.Logs.Entries.Formats;

/// <summary>
/// Reads nginx's access log: <c>1.2.3.4 - user [14/Feb/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 612 "referrer" "agent"</c>, and what a
/// log_format has after that. These lines have no level: 5xx is an error, 4xx a warning.
/// </summary>
internal static class NginxAccessLine
{
    private const int TimeLength = 26;

    /// <summary>Reads a line.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, ref ParsedLine line)
    {
        if (!TryParts(text, out var address, out _, out var time, out var request, out var status, out _))
        {
            return false;
        }

        line.Format = LogFormat.NginxAccess;
        line.Time = time;
        line.Level = LogLevels.OfStatus(status);
        line.IsWhole = true;
        line.Message = string.Concat(text[address], " - ", text[request.Start.Value..(request.End.Value + 4)]);
        return true;
    }

    /// <summary>Reads a line's client, user, request, status, bytes, referrer, user agent and times.</summary>
    public static void Fields(ReadOnlySpan<char> text, Dictionary<string, object?> fields)
    {
        if (!TryParts(text, out var address, out var user, out _, out var request, out var status, out var rest))
        {
            return;
        }

        fields["client"] = text[address].ToString();
        if (text[user] is not "-")
        {
            fields["user"] = text[user].ToString();
        }

        RequestFields.Put(text[(request.Start.Value + 1)..(request.End.Value - 1)], fields);
        fields["status"] = (long)status;
        string[] quoted = ["referrer", "user_agent", "forwarded_for"];
        string[] plain = ["bytes", "request_time", "upstream_time"];
        int quotes = 0, words = 0;
        for (var left = text[rest].Trim(' '); !left.IsEmpty; left = left.TrimStart(' '))
        {
            var isQuoted = left[0] == '"';
            var end = isQuoted ? left[1..].IndexOf('"') + 2 : left.IndexOf(' ');
            end = end <= (isQuoted ? 1 : 0) ? left.Length : end;
            var word = isQuoted ? left[1..end].TrimEnd('"') : left[..end];
            left = left[end..];
            // rt=0.004 names itself.
            var equals = isQuoted ? -1 : word.IndexOf('=');
            var name = equals > 0 ? word[..equals].ToString()
                : isQuoted ? (quotes < quoted.Length ? quoted[quotes] : FormattableString.Invariant($"quoted_{quotes + 1}"))
                : words < plain.Length ? plain[words] : FormattableString.Invariant($"value_{words + 1}");
            quotes += isQuoted ? 1 : 0;
            words += !isQuoted && equals <= 0 ? 1 : 0;
            word = equals > 0 ? word[(equals + 1)..].Trim('"') : word;
            if (word is not "-")
            {
                fields[name] = isQuoted ? word.ToString() : Number(word);
            }
        }
    }

    private static object Number(ReadOnlySpan<char> word) =>
        long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var whole) ? whole
        : double.TryParse(word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number
        : word.ToString();

    // The request's range has its quotes; after it come a blank and three digits.
    private static bool TryParts(
        ReadOnlySpan<char> text, out Range address, out Range user, out LineTime time, out Range request, out int status, out Range rest)
    {
        address = user = request = rest = default;
        time = default;
        status = 0;
        var blank = text.IndexOf(' ');
        if (blank <= 0 || text.Length < blank + TimeLength + 14 || text[blank + 1] is not '-' || text[blank + 2] != ' ')
        {
            return false;
        }

        var open = text[(blank + 3)..].IndexOf(" [", StringComparison.Ordinal) + blank + 3;
        var begin = open + 2;
        if (open < blank + 3 || text.Length < begin + TimeLength + 8 || !LineTimeReader.TryAccess(text[begin..], out time)
            || !text[(begin + TimeLength)..].StartsWith("] \"", StringComparison.Ordinal))
        {
            return false;
        }

        // nginx writes a quote within the request as \x22.
        var quote = begin + TimeLength + 2;
        var end = quote + text[(quote + 1)..].IndexOf('"') + 2;
        if (end < quote + 2 || text.Length < end + 4 || text[end] != ' ' || !int.TryParse(text.Slice(end + 1, 3), NumberStyles.None, CultureInfo.InvariantCulture, out status))
        {
            return false;
        }

        address = ..blank;
        user = (blank + 3)..open;
        request = quote..end;
        rest = (end + 4)..text.Length;
        return true;
    }
}
