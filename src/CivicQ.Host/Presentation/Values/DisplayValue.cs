using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text;

namespace CivicQ.Host.Presentation.Values;

/// <summary>Values as PowerShell shows them in tables and lists.</summary>
public static class DisplayValue
{
    // $FormatEnumerationLimit's default.
    private const int EnumerationLimit = 4;

    /// <summary>A value as text.</summary>
    /// <param name="value">Anything.</param>
    /// <param name="inTable">In tables, fractions have two digits.</param>
    /// <returns>The text; empty for null.</returns>
    public static string Text(object? value, bool inTable = false) => ObjectProperties.Unwrap(value) switch
    {
        null => string.Empty,
        string text => Clean(text),
        double number => number.ToString(inTable && double.IsFinite(number) ? "F2" : "G15", CultureInfo.InvariantCulture),
        float number => number.ToString(inTable && float.IsFinite(number) ? "F2" : "G7", CultureInfo.InvariantCulture),
        decimal number => number.ToString(inTable ? "F2" : null, CultureInfo.InvariantCulture),
        IDictionary dictionary => Braces(dictionary.Keys.Cast<object>(), key => $"[{Item(key)}, {Item(dictionary[key])}]"),
        IEnumerable items => Braces(items.Cast<object?>(), Item),
        PSObject custom => Properties(custom),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        var other => Clean(other.ToString() ?? string.Empty),
    };

    /// <summary>A value in a format, <c>{0:N1}</c> or <c>N1</c>.</summary>
    /// <param name="value">Anything.</param>
    /// <param name="format">The format; empty for none.</param>
    /// <param name="inTable">Whether it is for a table.</param>
    /// <returns>The text.</returns>
    public static string Text(object? value, string format, bool inTable)
    {
        var inner = ObjectProperties.Unwrap(value);
        if (format.Length == 0 || inner is null)
        {
            return Text(value, inTable);
        }

        try
        {
            return format.Contains("{0", StringComparison.Ordinal)
                ? string.Format(CultureInfo.InvariantCulture, format, inner)
                : inner is IFormattable formattable ? formattable.ToString(format, CultureInfo.InvariantCulture) : Text(value, inTable);
        }
        catch (FormatException)
        {
            return Text(value, inTable);
        }
    }

    /// <summary>Takes control characters out: what a server sends must not steer the terminal.</summary>
    /// <param name="text">The text.</param>
    /// <returns>It without them; line ends and tabs stay.</returns>
    public static string Clean(string text)
    {
        if (!text.Any(IsUnsafe))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            clean.Append(IsUnsafe(character) ? '\uFFFD' : character);
        }

        return clean.ToString();
    }

    private static bool IsUnsafe(char character) => char.IsControl(character) && character is not '\n' and not '\t' and not '\r';

    private static string Item(object? value) => value is null ? "$null" : ObjectProperties.Unwrap(value) switch
    {
        IEnumerable and not string => ObjectProperties.Unwrap(value)!.ToString() ?? string.Empty,
        _ => Text(value),
    };

    private static string Properties(PSObject custom) =>
        "@{" + string.Join("; ", ObjectProperties.Of(custom).Select(property => $"{property.Name}={Item(property.Value)}")) + "}";

    private static string Braces<T>(IEnumerable<T> items, Func<T, string> text)
    {
        var first = items.Take(EnumerationLimit + 1).ToList();
        return "{" + string.Join(", ", first.Take(EnumerationLimit).Select(text)) + (first.Count > EnumerationLimit ? "…}" : "}");
    }
}
