using System.Buffers;
using System.Globalization;
using CivicQ.Host.Presentation.Values;

namespace CivicQ.Host.Presentation.Formats;

/// <summary>Fields of CSV as RFC 4180 has them.</summary>
public static class CsvText
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");

    /// <summary>A line of fields, without its end.</summary>
    /// <param name="fields">The texts.</param>
    /// <param name="quoteAll">Quotes around each, as ConvertTo-Csv writes; else only where needed.</param>
    /// <returns>The line.</returns>
    public static string Line(IEnumerable<string> fields, bool quoteAll = false) => string.Join(',', fields.Select(field =>
        quoteAll || field.AsSpan().ContainsAny(Special) || field.StartsWith(' ') || field.EndsWith(' ')
            ? "\"" + field.Replace("\"", "\"\"", StringComparison.Ordinal) + "\""
            : field));

    /// <summary>A value as a field: times in ISO 8601, collections and objects as JSON.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The text.</returns>
    public static string Field(object? value) => ObjectProperties.Unwrap(value) switch
    {
        null => string.Empty,
        string text => text,
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
        var scalar when ObjectProperties.IsScalar(scalar) =>
            scalar is IFormattable formattable ? formattable.ToString(null, CultureInfo.InvariantCulture) : scalar.ToString() ?? string.Empty,
        var other => JsonText.Of(other, indented: false),
    };
}
