using System.Globalization;
using System.Text;

namespace CivicQ.Ops.Core.Metrics;

/// <summary>The small pieces of both text formats.</summary>
internal static class MetricText
{
    /// <summary>Text with its escapes (backslash, quote, line feed) resolved; an unknown escape stays as it is.</summary>
    public static string Unescape(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var next = text[i] == '\\' && i + 1 < text.Length ? text[i + 1] : '\0';
            result.Append(next switch { 'n' => '\n', '\\' => '\\', '"' => '"', _ => text[i] });
            i += next is 'n' or '\\' or '"' ? 1 : 0;
        }

        return result.ToString();
    }

    /// <summary>Reads a number as both formats write it: decimal, NaN, Inf and Infinity with a sign or without.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> token, out double value)
    {
        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        value = 0;
        if (token.IsEmpty || token.Length > 64)
        {
            return false;
        }

        if (double.TryParse(token, Styles, CultureInfo.InvariantCulture, out value))
        {
            return true;
        }

        var sign = token[0] == '-' ? -1 : 1;
        var word = token[0] is (byte)'+' or (byte)'-' ? token[1..] : token;
        if (Ascii.EqualsIgnoreCase(word, "Inf"u8) || Ascii.EqualsIgnoreCase(word, "Infinity"u8))
        {
            value = sign * double.PositiveInfinity;
            return true;
        }

        return false;
    }

    /// <summary>The type of that name.</summary>
    public static MetricType Kind(string text) => text switch
    {
        "counter" => MetricType.Counter,
        "gauge" => MetricType.Gauge,
        "histogram" => MetricType.Histogram,
        "summary" => MetricType.Summary,
        "gaugehistogram" => MetricType.GaugeHistogram,
        "info" => MetricType.Info,
        "stateset" => MetricType.StateSet,
        _ => MetricType.Unknown,
    };

    /// <summary>Takes a name off the front: [a-zA-Z_:][a-zA-Z0-9_:]*; empty where there is none.</summary>
    public static ReadOnlySpan<byte> NameOf(ref ReadOnlySpan<byte> rest)
    {
        var length = 0;
        while (length < rest.Length
            && (char.IsAsciiLetter((char)rest[length]) || rest[length] is (byte)'_' or (byte)':' || (length > 0 && char.IsAsciiDigit((char)rest[length]))))
        {
            length++;
        }

        var name = rest[..length];
        rest = rest[length..];
        return name;
    }

    /// <summary>Takes a word off the front, up to the next space.</summary>
    public static ReadOnlySpan<byte> Word(ref ReadOnlySpan<byte> rest)
    {
        rest = TrimStart(rest);
        var length = rest.IndexOfAny((byte)' ', (byte)'\t');
        length = length < 0 ? rest.Length : length;
        var word = rest[..length];
        rest = rest[length..];
        return word;
    }

    /// <summary>Without the spaces in front.</summary>
    public static ReadOnlySpan<byte> TrimStart(ReadOnlySpan<byte> bytes) => bytes.TrimStart(" \t"u8);

    /// <summary>Without the spaces around, and a carriage return at the end.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> bytes) => bytes.Trim(" \t\r"u8);
}
