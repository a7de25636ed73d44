using System.Numerics;

namespace System.Management.Automation;

/// <summary>Numbers as PowerShell writes them: decimal, 0x hexadecimal, exponents, and the suffixes KB to PB.</summary>
internal static class NumberParser
{
    private static readonly (string Suffix, long Factor)[] Suffixes = [("kb", 1L << 10), ("mb", 1L << 20), ("gb", 1L << 30), ("tb", 1L << 40), ("pb", 1L << 50)];

    public static object Parse(string text, Type target)
    {
        var trimmed = text.Trim();
        if (trimmed.Length == 0)
        {
            return System.Convert.ChangeType(0, target, CultureInfo.InvariantCulture);
        }

        var number = trimmed;
        long factor = 1;
        foreach (var (suffix, value) in Suffixes)
        {
            if (number.EndsWith(suffix, StringComparison.OrdinalIgnoreCase) && number.Length > 2 && !number.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            {
                number = number[..^2];
                factor = value;
                break;
            }
        }

        if (target == typeof(double) || target == typeof(float))
        {
            var value = double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture) * factor;
            return target == typeof(float) ? (float)value : value;
        }

        if (number.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return System.Convert.ChangeType(System.Convert.ToInt64(number, 16), target, CultureInfo.InvariantCulture);
        }

        if (target != typeof(decimal) && BigInteger.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            return Fit(whole * factor, target);
        }

        if (!decimal.TryParse(number, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var fraction))
        {
            throw new FormatException($"The input string '{text}' was not in a correct format.");
        }

        // Halves go to the even neighbour, as PowerShell's casts do.
        return target == typeof(decimal) ? fraction * factor : System.Convert.ChangeType(Math.Round(fraction * factor, MidpointRounding.ToEven), target, CultureInfo.InvariantCulture);
    }

    private static object Fit(BigInteger value, Type target) => Type.GetTypeCode(target) switch
    {
        _ when value < long.MinValue || value > ulong.MaxValue => throw Overflow(target),
        TypeCode.UInt64 => value < 0 ? throw Overflow(target) : (ulong)value,
        _ when value > long.MaxValue => throw Overflow(target),
        TypeCode.Int64 => (long)value,
        _ => Narrow((long)value, target),
    };

    private static object Narrow(long value, Type target)
    {
        try
        {
            return System.Convert.ChangeType(value, target, CultureInfo.InvariantCulture);
        }
        catch (OverflowException)
        {
            throw Overflow(target);
        }
    }

    private static OverflowException Overflow(Type target) => new($"Value was either too large or too small for {(target == typeof(int) ? "an" : target == typeof(uint) || target == typeof(ulong) || target == typeof(ushort) ? "a" : "an")} {target.Name}.");
}
