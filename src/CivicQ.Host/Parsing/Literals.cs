using System.Globalization;

namespace CivicQ.Host.Parsing;

/// <summary>Reads bare words: numbers with PowerShell's suffixes, and the three constants.</summary>
public static class Literals
{
    private static readonly (string Suffix, long Factor)[] Suffixes =
        [("kb", 1L << 10), ("mb", 1L << 20), ("gb", 1L << 30), ("tb", 1L << 40), ("pb", 1L << 50)];

    /// <summary>Reads <c>$true</c>, <c>$false</c> and <c>$null</c>.</summary>
    public static bool TryConstant(string word, out object? value)
    {
        (var known, value) = word.ToUpperInvariant() switch
        {
            "$TRUE" => (true, (object?)true),
            "$FALSE" => (true, false),
            "$NULL" => (true, null),
            _ => (false, null),
        };
        return known;
    }

    /// <summary>Reads a number: int, else long, else double; <c>0x1F</c>, <c>1.5</c>, <c>2gb</c>.</summary>
    public static bool TryNumber(string word, out object? value)
    {
        value = null;
        var digits = word;
        long factor = 1;
        if (word.Length == 0 || !(char.IsAsciiDigit(word[^1]) || char.IsAsciiLetter(word[^1])) || !(char.IsAsciiDigit(word[0]) || word[0] is '-' or '+' or '.'))
        {
            return false;
        }

        var sign = word[0] == '-' ? -1 : 1;
        var unsigned = word[0] is '-' or '+' ? word[1..] : word;
        if (unsigned.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            if (!long.TryParse(unsigned.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex))
            {
                return false;
            }

            hex *= sign;
            value = hex is >= int.MinValue and <= int.MaxValue ? (int)hex : (object)hex;
            return true;
        }

        foreach (var (suffix, size) in Suffixes)
        {
            if (digits.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            {
                digits = digits[..^2];
                factor = size;
                break;
            }
        }

        const NumberStyles fraction = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            var product = (Int128)whole * factor;
            // The smallest type that holds it, as in PowerShell.
            value = product >= int.MinValue && product <= int.MaxValue ? (int)product
                : product >= long.MinValue && product <= long.MaxValue ? (long)product
                : (object)(double)product;
            return true;
        }

        if (double.TryParse(digits, fraction, CultureInfo.InvariantCulture, out var real))
        {
            value = real * factor;
            return true;
        }

        return false;
    }
}
