using System.Reflection;

namespace System.Management.Automation;

/// <summary>The conversions behind <see cref="LanguagePrimitives"/>.</summary>
internal static class ValueConverter
{
    private static readonly HashSet<Type> Numbers =
    [
        typeof(int), typeof(long), typeof(double), typeof(decimal), typeof(float), typeof(short), typeof(byte), typeof(sbyte), typeof(uint), typeof(ulong),
        typeof(ushort),
    ];

    public static bool IsNumeric(Type type) => Numbers.Contains(type);

    public static object? Convert(object? original, Type type, IFormatProvider culture)
    {
        var target = Nullable.GetUnderlyingType(type) ?? type;
        if (original is not null && type == typeof(PSObject))
        {
            return PSObject.AsPSObject(original);
        }

        var value = type == typeof(object) ? original : PSObject.Unwrap(original);
        if (value is null || AutomationNull.IsNull(value))
        {
            return FromNull(type);
        }

        if (target.IsInstanceOfType(value))
        {
            return value;
        }

        try
        {
            return Find(value, target, culture) is { } result ? result.Value : throw NoConversion(value, target);
        }
        catch (TargetInvocationException error) when (error.InnerException is { } inner)
        {
            throw Failed(value, target, inner);
        }
        catch (Exception error) when (error is FormatException or OverflowException or ArgumentException)
        {
            throw Failed(value, target, error);
        }
    }

    private static object? FromNull(Type type)
    {
        if (type == typeof(string))
        {
            return string.Empty;
        }

        if (!type.IsValueType || Nullable.GetUnderlyingType(type) is not null)
        {
            return null;
        }

        if (IsNumeric(type) || type == typeof(bool) || type == typeof(char))
        {
            return Activator.CreateInstance(type);
        }

        return type == typeof(SwitchParameter) ? new SwitchParameter(false) : throw new PSInvalidCastException($"Cannot convert null to type \"{type.FullName}\".");
    }

    // A null result means that no conversion exists; a box means this is the result.
    private static Boxed? Find(object value, Type target, IFormatProvider culture)
    {
        if (target == typeof(string))
        {
            return new Boxed(Text(value, culture));
        }

        if (target == typeof(bool))
        {
            return new Boxed(LanguagePrimitives.IsTrue(value));
        }

        if (target == typeof(SwitchParameter))
        {
            return value is bool || IsNumeric(value.GetType()) ? new Boxed(new SwitchParameter(LanguagePrimitives.IsTrue(value))) : null;
        }

        if (target.IsEnum)
        {
            return new Boxed(ToEnum(value, target, culture));
        }

        if (IsNumeric(target))
        {
            return ToNumber(value, target, culture);
        }

        if (target.IsArray)
        {
            return new Boxed(ToArray(value, target.GetElementType()!, culture));
        }

        return ToScalar(value, target, culture) ?? ToCollection(value, target, culture) ?? FromMembers(value, target);
    }

    private static string Text(object value, IFormatProvider culture) => value switch
    {
        string text => text,
        IFormattable formattable => formattable.ToString(null, culture),
        IDictionary => value.ToString()!,
        IEnumerable list => string.Join(' ', list.Cast<object?>().Select(item => item is null ? string.Empty : Text(PSObject.Unwrap(item)!, culture))),
        _ => value.ToString() ?? string.Empty,
    };

    private static object ToEnum(object value, Type target, IFormatProvider culture)
    {
        if (IsNumeric(value.GetType()))
        {
            var number = Enum.ToObject(target, System.Convert.ChangeType(value, Enum.GetUnderlyingType(target), culture));
            return Enum.IsDefined(target, number) || target.IsDefined(typeof(FlagsAttribute), false)
                ? number
                : throw new PSInvalidCastException(
                    $"Cannot convert value \"{value}\" to type \"{target.FullName}\" due to enumeration values that are not valid. Specify one of the following enumeration values and try again. The possible enumeration values are \"{string.Join(",", Enum.GetNames(target))}\".");
        }

        var parts = value is IEnumerable list and not string
            ? list.Cast<object?>().Select(item => Text(PSObject.Unwrap(item) ?? string.Empty, culture))
            : Text(value, culture).Split(',');
        long all = 0;
        var names = Enum.GetNames(target);
        foreach (var part in parts.Select(part => part.Trim()))
        {
            if (long.TryParse(part, NumberStyles.AllowLeadingSign, culture, out var number) && Enum.IsDefined(target, Enum.ToObject(target, number)))
            {
                all |= number;
                continue;
            }

            // A name, or the beginning of one name alone.
            var matches = names.Where(name => string.Equals(name, part, StringComparison.OrdinalIgnoreCase)).ToArray();
            matches = matches.Length > 0 ? matches : [.. names.Where(name => name.StartsWith(part, StringComparison.OrdinalIgnoreCase))];
            if (matches.Length != 1)
            {
                var reason = matches.Length == 0
                    ? $"Unable to match the identifier name {part} to a valid enumerator name. Specify one of the following enumerator names and try again:{Environment.NewLine}{string.Join(", ", names)}"
                    : $"The identifier name {part} cannot be processed because it is either too similar or identical to the following enumerator names: {string.Join(", ", matches)}. Use a more specific identifier name.";
                throw new PSInvalidCastException($"Cannot convert value \"{part}\" to type \"{target.FullName}\". Error: \"{reason}\"");
            }

            all |= System.Convert.ToInt64(Enum.Parse(target, matches[0]), CultureInfo.InvariantCulture);
        }

        return Enum.ToObject(target, all);
    }

    private static Boxed? ToNumber(object value, Type target, IFormatProvider culture)
    {
        switch (value)
        {
            case string text:
                return new Boxed(NumberParser.Parse(text, target));
            case bool flag:
                return new Boxed(System.Convert.ChangeType(flag ? 1 : 0, target, culture));
            case char character when target != typeof(double) && target != typeof(float) && target != typeof(decimal):
                return new Boxed(System.Convert.ChangeType((int)character, target, culture));
            case Enum member:
                return new Boxed(System.Convert.ChangeType(System.Convert.ToInt64(member, culture), target, culture));
            default:
                return IsNumeric(value.GetType()) ? new Boxed(System.Convert.ChangeType(value, target, culture)) : null;
        }
    }

    private static Array ToArray(object value, Type element, IFormatProvider culture)
    {
        var items = value is IEnumerable list and not string and not IDictionary
            ? list.Cast<object?>().Select(item => item is null && !element.IsValueType ? null : Convert(item, element, culture)).ToList()
            : [Convert(value, element, culture)];
        var array = Array.CreateInstance(element, items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            array.SetValue(items[i], i);
        }

        return array;
    }

    private static Boxed? ToScalar(object value, Type target, IFormatProvider culture)
    {
        if (target == typeof(char))
        {
            return value is string { Length: 1 } one ? new Boxed(one[0]) : value is int code ? new Boxed((char)code) : null;
        }

        if (target == typeof(DateTime))
        {
            return value switch
            {
                string text => new Boxed(DateTime.Parse(text, CultureInfo.InvariantCulture)),
                DateTimeOffset moment => new Boxed(moment.LocalDateTime),
                _ => IsNumeric(value.GetType()) ? new Boxed(new DateTime(System.Convert.ToInt64(value, culture))) : null,
            };
        }

        if (target == typeof(DateTimeOffset) && value is DateTime time)
        {
            return new Boxed(new DateTimeOffset(time));
        }

        if (target == typeof(TimeSpan) && IsNumeric(value.GetType()))
        {
            return new Boxed(TimeSpan.FromTicks(System.Convert.ToInt64(value, culture)));
        }

        if (target == typeof(Uri) && value is string address)
        {
            return new Boxed(new Uri(address, UriKind.RelativeOrAbsolute));
        }

        if (target == typeof(Type) && value is string typeName)
        {
            return Type.GetType(typeName) is { } type ? new Boxed(type) : null;
        }

        if (target == typeof(Regex) && value is string pattern)
        {
            return new Boxed(new Regex(pattern, RegexOptions.IgnoreCase));
        }

        return null;
    }

    private static Boxed? ToCollection(object value, Type target, IFormatProvider culture)
    {
        if (target == typeof(Hashtable) && value is IDictionary dictionary)
        {
            return new Boxed(new Hashtable(dictionary, StringComparer.OrdinalIgnoreCase));
        }

        if (target.IsGenericType && target.GetGenericArguments() is [var element]
            && target.IsAssignableFrom(typeof(List<>).MakeGenericType(element)))
        {
            return new Boxed(Activator.CreateInstance(typeof(List<>).MakeGenericType(element), ToArray(value, element, culture)));
        }

        return target == typeof(IList) || target == typeof(ArrayList) || target == typeof(ICollection)
            ? new Boxed(new ArrayList(ToArray(value, typeof(object), culture)))
            : null;
    }

    // A static Parse, then a constructor, then a conversion operator of either type: in PowerShell's order.
    private static Boxed? FromMembers(object value, Type target)
    {
        if (value is string text)
        {
            if (target.GetMethod("Parse", [typeof(string), typeof(IFormatProvider)]) is { IsStatic: true } withCulture && target.IsAssignableFrom(withCulture.ReturnType))
            {
                return new Boxed(withCulture.Invoke(null, [text, CultureInfo.InvariantCulture]));
            }

            if (target.GetMethod("Parse", [typeof(string)]) is { IsStatic: true } parse && target.IsAssignableFrom(parse.ReturnType))
            {
                return new Boxed(parse.Invoke(null, [text]));
            }
        }

        if (!target.IsAbstract && target.GetConstructors().FirstOrDefault(Takes) is { } constructor)
        {
            return new Boxed(constructor.Invoke([value]));
        }

        var source = value.GetType();
        var conversion = new[] { target, source }
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static))
            .FirstOrDefault(method => method.Name is "op_Implicit" or "op_Explicit"
                && target.IsAssignableFrom(method.ReturnType) && method.GetParameters() is [var only] && only.ParameterType.IsAssignableFrom(source));
        return conversion is null ? null : new Boxed(conversion.Invoke(null, [value]));

        bool Takes(ConstructorInfo candidate) => candidate.GetParameters() is [var only] && only.ParameterType != typeof(object) && only.ParameterType.IsInstanceOfType(value);
    }

    private static PSInvalidCastException NoConversion(object value, Type target) => new(
        target == typeof(SwitchParameter)
            ? $"Cannot convert value \"{Text(value, CultureInfo.InvariantCulture)}\" to type \"{target.FullName}\". Boolean parameters accept only Boolean values and numbers, such as $True, $False, 1 or 0."
            : $"Cannot convert the \"{Text(value, CultureInfo.InvariantCulture)}\" value of type \"{value.GetType().FullName}\" to type \"{target.FullName}\".");

    private static PSInvalidCastException Failed(object value, Type target, Exception error) =>
        new($"Cannot convert value \"{Text(value, CultureInfo.InvariantCulture)}\" to type \"{target.FullName}\". Error: \"{error.Message}\"", error);

    private sealed record Boxed(object? Value);
}
