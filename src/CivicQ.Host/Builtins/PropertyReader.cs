using System.Collections;
using System.Management.Automation;

namespace CivicQ.Host.Builtins;

/// <summary>Reads an object's property by name, without regard to case; a dictionary's entry too.</summary>
internal static class PropertyReader
{
    public static bool TryRead(object? item, string name, out object? value)
    {
        value = null;
        if (item is null)
        {
            return false;
        }

        if (item is IDictionary table && table.Keys.Cast<object>().FirstOrDefault(key => string.Equals(key.ToString(), name, StringComparison.OrdinalIgnoreCase)) is { } entry)
        {
            value = table[entry];
            return true;
        }

        if (PSObject.AsPSObject(item).Properties[name] is not { IsGettable: true } property)
        {
            return false;
        }

        value = property.Value;
        return true;
    }

    public static object? Read(object? item, string name) => TryRead(item, name, out var value) ? value : null;

    public static IEnumerable<string> Names(object item) => PSObject.AsPSObject(item).Properties.Where(property => property.IsGettable).Select(property => property.Name);
}
