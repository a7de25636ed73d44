namespace System.Management.Automation;

/// <summary>PowerShell's conversions and comparisons.</summary>
public static class LanguagePrimitives
{
    public static object? ConvertTo(object? valueToConvert, Type resultType) => ConvertTo(valueToConvert, resultType, CultureInfo.InvariantCulture);

    /// <summary>Converts as PowerShell does.</summary>
    /// <exception cref="PSInvalidCastException">There is no conversion.</exception>
    public static object? ConvertTo(object? valueToConvert, Type resultType, IFormatProvider? formatProvider) =>
        ValueConverter.Convert(valueToConvert, resultType, formatProvider ?? CultureInfo.InvariantCulture);

    public static T ConvertTo<T>(object? valueToConvert) => (T)ConvertTo(valueToConvert, typeof(T))!;

    public static bool TryConvertTo(object? valueToConvert, Type resultType, out object? result) =>
        TryConvertTo(valueToConvert, resultType, CultureInfo.InvariantCulture, out result);

    public static bool TryConvertTo(object? valueToConvert, Type resultType, IFormatProvider? formatProvider, out object? result)
    {
        try
        {
            result = ConvertTo(valueToConvert, resultType, formatProvider);
            return true;
        }
        catch (Exception error) when (error is InvalidCastException or ArgumentException or FormatException or OverflowException)
        {
            result = null;
            return false;
        }
    }

    public static bool TryConvertTo<T>(object? valueToConvert, out T? result) => TryConvertTo(valueToConvert, CultureInfo.InvariantCulture, out result);

    public static bool TryConvertTo<T>(object? valueToConvert, IFormatProvider? formatProvider, out T? result)
    {
        var converted = TryConvertTo(valueToConvert, typeof(T), formatProvider, out var value);
        result = converted ? (T?)value : default;
        return converted;
    }

    /// <summary>PowerShell's truth: null, false, 0, "" and empty lists are false; a list of one is what its element is.</summary>
    public static bool IsTrue(object? obj)
    {
        var value = PSObject.Unwrap(obj);
        return value switch
        {
            null => false,
            bool flag => flag,
            string text => text.Length > 0,
            SwitchParameter flag => flag.IsPresent,
            IList { Count: 0 } => false,
            IList { Count: 1 } list => IsTrue(list[0]),
            IList => true,
            char character => character != 0,
            _ when ValueConverter.IsNumeric(value.GetType()) => System.Convert.ToDouble(value, CultureInfo.InvariantCulture) != 0,
            _ => !ReferenceEquals(value, AutomationNull.Value),
        };
    }

    public static IEnumerable? GetEnumerable(object? obj) => PSObject.Unwrap(obj) switch
    {
        string or IDictionary or Xml.XmlNode => null,
        IEnumerable list => list,
        _ => null,
    };

    public static IEnumerator? GetEnumerator(object? obj) => GetEnumerable(obj)?.GetEnumerator();

    public static new bool Equals(object? first, object? second) => Equals(first, second, ignoreCase: false);

    public static bool Equals(object? first, object? second, bool ignoreCase) => Equals(first, second, ignoreCase, CultureInfo.InvariantCulture);

    public static bool Equals(object? first, object? second, bool ignoreCase, IFormatProvider formatProvider)
    {
        var left = PSObject.Unwrap(first);
        var right = PSObject.Unwrap(second);
        if (left is null || right is null)
        {
            return left is null && right is null;
        }

        if (left is string text)
        {
            return TryConvertTo(right, formatProvider, out string? other)
                && string.Equals(text, other, ignoreCase ? StringComparison.InvariantCultureIgnoreCase : StringComparison.InvariantCulture);
        }

        return left.Equals(right)
            || (ValueConverter.IsNumeric(left.GetType()) && ValueConverter.IsNumeric(right.GetType()) && Compare(left, right) == 0)
            || (left.GetType() != right.GetType() && TryConvertTo(right, left.GetType(), formatProvider, out var converted) && left.Equals(converted));
    }

    public static int Compare(object? first, object? second) => Compare(first, second, ignoreCase: false);

    public static int Compare(object? first, object? second, bool ignoreCase) => Compare(first, second, ignoreCase, CultureInfo.InvariantCulture);

    /// <summary>Orders two values: the second is converted to the first one's type.</summary>
    public static int Compare(object? first, object? second, bool ignoreCase, IFormatProvider formatProvider)
    {
        var left = PSObject.Unwrap(first);
        var right = PSObject.Unwrap(second);
        if (left is null || right is null)
        {
            return (left is null ? 0 : 1) - (right is null ? 0 : 1);
        }

        if (left is string text)
        {
            var other = ConvertTo<string>(right);
            return CultureInfo.InvariantCulture.CompareInfo.Compare(text, other, ignoreCase ? CompareOptions.IgnoreCase : CompareOptions.None);
        }

        if (ValueConverter.IsNumeric(left.GetType()))
        {
            var number = ValueConverter.IsNumeric(right.GetType()) ? right : ConvertTo(right, left.GetType(), formatProvider)!;
            return left is double or float || number is double or float
                ? System.Convert.ToDouble(left, CultureInfo.InvariantCulture).CompareTo(System.Convert.ToDouble(number, CultureInfo.InvariantCulture))
                : System.Convert.ToDecimal(left, CultureInfo.InvariantCulture).CompareTo(System.Convert.ToDecimal(number, CultureInfo.InvariantCulture));
        }

        if (left is IComparable comparable)
        {
            return comparable.CompareTo(ConvertTo(right, left.GetType(), formatProvider));
        }

        return left.Equals(right) ? 0 : throw new PSArgumentException($"Cannot compare \"{left}\" because it is not IComparable.");
    }
}
