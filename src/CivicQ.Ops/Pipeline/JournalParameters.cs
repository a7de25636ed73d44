using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Security;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Secrets;

namespace CivicQ.Ops.Pipeline;

/// <summary>The bound parameters as the journal keeps them: short texts without secrets.</summary>
internal static class JournalParameters
{
    private const int MostItems = 100;

    /// <summary>Writes the parameters as texts.</summary>
    public static IReadOnlyDictionary<string, string> Of(IEnumerable<KeyValuePair<string, object>> bound) =>
        bound.ToDictionary(pair => pair.Key, pair => SecretMask.IsSecret(pair.Key) ? SecretMask.Mask : Text(pair.Value), StringComparer.OrdinalIgnoreCase);

    private static string Text(object? value) => value switch
    {
        null => "",
        PSObject wrapped when wrapped.BaseObject is not PSCustomObject => Text(wrapped.BaseObject),
        SecureString or PSCredential or SecretReference => SecretMask.Mask,
        string text => SecretMask.Text(text),
        SwitchParameter flag => flag.IsPresent ? "true" : "false",
        bool flag => flag ? "true" : "false",
        Uri address => SecretMask.Text(address.OriginalString),
        DateTime time => time.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        Enum or TimeSpan or Guid or Version => value.ToString() ?? "",
        IFormattable number when value.GetType().IsPrimitive || value is decimal => number.ToString(null, CultureInfo.InvariantCulture),
        IDictionary table => Table(table),
        IEnumerable items => Items(items),
        CivicQEnvironment environment => environment.Name,
        // Any other object may have anything in its text.
        _ => value.GetType().Name,
    };

    private static string Table(IDictionary table) => string.Join("; ", table.Keys.Cast<object>().Take(MostItems).Select(key =>
        SecretMask.IsSecret(key.ToString() ?? "") ? $"{key}={SecretMask.Mask}" : $"{key}={Text(table[key])}"));

    private static string Items(IEnumerable items)
    {
        var texts = items.Cast<object?>().Take(MostItems + 1).Select(Text).ToList();
        return texts.Count > MostItems ? string.Join(", ", texts.Take(MostItems)) + ", …" : string.Join(", ", texts);
    }
}
