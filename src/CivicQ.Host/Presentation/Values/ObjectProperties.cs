using System.Collections;
using System.Management.Automation;

namespace CivicQ.Host.Presentation.Values;

/// <summary>Objects as names and values.</summary>
public static class ObjectProperties
{
    /// <summary>The properties of an object, in the order that its type declares them.</summary>
    /// <param name="value">A record, a PSObject, a dictionary.</param>
    /// <returns>Names and values; a property that cannot be read has none.</returns>
    public static IReadOnlyList<(string Name, object? Value)> Of(object value)
    {
        if (Unwrap(value) is IDictionary dictionary)
        {
            return [.. dictionary.Keys.Cast<object>().Select(key => (DisplayValue.Text(key), dictionary[key]))];
        }

        return [.. PSObject.AsPSObject(value).Properties.Where(property => property.IsGettable).Select(property => (property.Name, Read(property)))];
    }

    /// <summary>One property of an object.</summary>
    /// <param name="value">The object.</param>
    /// <param name="name">The property, in any case.</param>
    /// <returns>Its value, or null where the object does not have it.</returns>
    public static object? Get(object? value, string name)
    {
        if (value is null)
        {
            return null;
        }

        if (Unwrap(value) is IDictionary dictionary && dictionary.Contains(name))
        {
            return dictionary[name];
        }

        return PSObject.AsPSObject(value).Properties[name] is { IsGettable: true } property ? Read(property) : null;
    }

    /// <summary>The object inside a PSObject.</summary>
    /// <param name="value">Anything.</param>
    /// <returns>What it wraps, or itself; a PSObject that has only members of its own stays one.</returns>
    public static object? Unwrap(object? value) => value is PSObject wrapped && wrapped.BaseObject is { } inner and not PSCustomObject ? inner : value;

    /// <summary>Whether a value is shown as it is, rather than by its properties.</summary>
    /// <param name="value">Anything.</param>
    /// <returns>True for texts, numbers, times, enums and the like.</returns>
    public static bool IsScalar(object? value) => Unwrap(value) is null or string or bool or char or Enum or DateTime or DateTimeOffset or TimeSpan
        or DateOnly or TimeOnly or Guid or Uri or Version or Type or decimal or IntPtr || Unwrap(value)!.GetType().IsPrimitive;

    private static object? Read(PSPropertyInfo property)
    {
        try
        {
            return property.Value;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // A getter may throw anything; PowerShell shows such a property as empty.
            return null;
        }
    }
}
