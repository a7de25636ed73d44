using System.Globalization;
using System.Management.Automation;

namespace CivicQ.Ops.Tests;

/// <summary>Reads results as a script does: by the names of their properties.</summary>
internal static class Objects
{
    /// <summary>A property's value; null where there is no such property.</summary>
    public static object? Get(this object value, string property) =>
        PSObject.AsPSObject(value).Properties[property]?.Value;

    /// <summary>A property's value as text in the invariant culture; empty for null.</summary>
    public static string Text(this object value, string property) => value.Get(property) switch
    {
        null => "",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        var other => other.ToString() ?? "",
    };
}
