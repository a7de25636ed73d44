using System.Globalization;
using System.Text.Json.Nodes;

namespace CivicQ.Ops.Core.Services.Kubernetes.Objects;

/// <summary>Amounts as the API writes them: <c>500m</c>, <c>128Mi</c>, <c>1e3</c>.</summary>
internal static class Quantity
{
    private static readonly string[] Binary = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    private static readonly Dictionary<char, double> Decimal = new()
    {
        ['n'] = 1e-9, ['u'] = 1e-6, ['m'] = 1e-3, ['k'] = 1e3, ['M'] = 1e6, ['G'] = 1e9, ['T'] = 1e12, ['P'] = 1e15, ['E'] = 1e18,
    };

    /// <summary>Reads an amount that may be a text or a number.</summary>
    /// <returns>The value; <see langword="null"/> when it is none.</returns>
    public static double? Value(JsonNode? node) => node is JsonValue value && value.TryGetValue<double>(out var number) ? number : Value(node.Text());

    /// <summary>Reads an amount.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The value; <see langword="null"/> when it is none.</returns>
    public static double? Value(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (text.Length > 2 && Array.IndexOf(Binary, text[^2..]) is >= 0 and var power)
        {
            return Parse(text[..^2]) * Math.Pow(1024, power + 1);
        }

        return Decimal.TryGetValue(text[^1], out var factor) ? Parse(text[..^1]) * factor : Parse(text);
    }

    /// <summary>Reads an amount of bytes.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Whole bytes; <see langword="null"/> when it is none.</returns>
    public static long? Bytes(string? text) => Value(text) is { } value ? (long)Math.Round(value) : null;

    /// <summary>Writes bytes in the largest binary unit that divides them.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>For example <c>128Mi</c>.</returns>
    public static string OfBytes(long bytes)
    {
        var unit = "";
        for (var i = 0; i < Binary.Length && bytes != 0 && bytes % 1024 == 0; i++)
        {
            (bytes, unit) = (bytes / 1024, Binary[i]);
        }

        return bytes.ToString(CultureInfo.InvariantCulture) + unit;
    }

    /// <summary>Writes processors, to a thousandth.</summary>
    /// <param name="processors">How many.</param>
    /// <returns>For example <c>500m</c> or <c>2</c>.</returns>
    public static string OfCpu(double processors)
    {
        var thousandths = (long)Math.Ceiling(Math.Round(processors * 1000, 6));
        return thousandths % 1000 == 0
            ? (thousandths / 1000).ToString(CultureInfo.InvariantCulture)
            : thousandths.ToString(CultureInfo.InvariantCulture) + "m";
    }

    private static double? Parse(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
}
