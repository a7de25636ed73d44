using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace CivicQ.Host.Fixture;

/// <summary>Shows what was bound, the same in every shell.</summary>
internal static class Bound
{
    public static string Show(PSCmdlet cmdlet) => cmdlet.ParameterSetName + "(" + string.Join("; ", cmdlet.MyInvocation.BoundParameters
        .Where(pair => !Cmdlet.CommonParameters.Contains(pair.Key))
        .OrderBy(pair => pair.Key, StringComparer.Ordinal)
        .Select(pair => $"{pair.Key}={Value(pair.Value)}")) + ")";

    public static string Value(object? value) => value switch
    {
        null => "null",
        PSObject wrapped => Value(wrapped.BaseObject),
        string text => $"'{text}'",
        SwitchParameter flag => flag.IsPresent ? "on" : "off",
        IDictionary table => "{" + string.Join(",", table.Keys.Cast<object>().OrderBy(key => key.ToString(), StringComparer.Ordinal).Select(key => $"{key}:{Value(table[key])}")) + "}",
        IEnumerable list => "[" + string.Join(",", list.Cast<object?>().Select(Value)) + "]",
        DateTimeOffset time => time.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture),
        _ => $"{value.GetType().Name} {Convert.ToString(value, CultureInfo.InvariantCulture)}",
    };
}
