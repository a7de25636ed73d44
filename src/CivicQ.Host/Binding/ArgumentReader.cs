using System.Collections;
using System.Globalization;
using System.Management.Automation;
using CivicQ.Host.Parsing;

namespace CivicQ.Host.Binding;

/// <summary>Gives an argument the value that a parameter of some type means by it.</summary>
internal static class ArgumentReader
{
    public static object? Read(ArgumentElement argument, ParameterDescription parameter) => argument.Form switch
    {
        ArgumentForm.Number => IsWritten(Element(parameter)) ? argument.Text : argument.Value,
        ArgumentForm.Word => Word(argument.Text, parameter),
        _ => Texts(argument.Value, parameter),
    };

    // For these a bare number is its digits as written: 007, 1.10.
    private static bool IsWritten(Type type) => type == typeof(string) || type == typeof(Version);

    // What a bare number is in an array of texts: its digits, which PowerShell keeps too.
    private static object? Texts(object? value, ParameterDescription parameter) =>
        value is object?[] list && Element(parameter) == typeof(string)
            ? list.Select(item => item is IFormattable number ? number.ToString(null, CultureInfo.InvariantCulture) : item).ToArray()
            : value;

    private static object? Word(string word, ParameterDescription parameter)
    {
        if ((parameter.IsSwitch || parameter.Type == typeof(bool)) && bool.TryParse(word, out var flag))
        {
            return flag;
        }

        if (parameter.IsCollection && word.Contains(',', StringComparison.Ordinal))
        {
            return word.Split(',').Select(part => Untyped(part, Element(parameter))).ToArray();
        }

        return Untyped(word, Element(parameter));
    }

    private static object? Untyped(string word, Type type) =>
        (type == typeof(object) || type == typeof(PSObject)) && Literals.TryNumber(word, out var number) ? number : word;

    private static Type Element(ParameterDescription parameter)
    {
        var type = parameter.Type;
        if (type.IsArray)
        {
            return type.GetElementType()!;
        }

        return parameter.IsCollection && type.IsGenericType && !typeof(IDictionary).IsAssignableFrom(type) ? type.GetGenericArguments()[0] : type;
    }
}
