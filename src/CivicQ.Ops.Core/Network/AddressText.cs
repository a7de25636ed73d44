namespace CivicQ.Ops.Core.Network;

/// <summary>Writes addresses so that they can be shown: the query and the user may hold a token.</summary>
public static class AddressText
{
    /// <summary>What stands for a query.</summary>
    public const string HiddenQuery = "?…";

    /// <summary>Writes scheme, host, port and path.</summary>
    /// <param name="address">An absolute address.</param>
    /// <returns>The text, with <c>?…</c> for a query; user, password and fragment are left out.</returns>
    public static string Of(Uri address) =>
        address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) + (address.Query.Length > 1 ? HiddenQuery : "");

    /// <summary>Does the same to a text that is no address, or not yet known to be one.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text up to its query, without what stands before an <c>@</c>.</returns>
    public static string OfUnread(string text)
    {
        var query = text.IndexOfAny(['?', '#']);
        var shown = query < 0 ? text : text[..query] + (text[query] == '?' ? HiddenQuery : "");
        var at = shown.LastIndexOf('@');
        var scheme = shown.IndexOf("://", StringComparison.Ordinal);
        return at < 0 ? shown : (scheme >= 0 && scheme < at ? shown[..(scheme + 3)] : "") + shown[(at + 1)..];
    }
}
