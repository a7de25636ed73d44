using System.Text.RegularExpressions;

namespace CivicQ.Ops.Core.Secrets;

/// <summary>Takes secrets out of what is written down.</summary>
public static partial class SecretMask
{
    /// <summary>What stands in the place of a secret.</summary>
    public const string Mask = "***";

    private const string Names =
        "password|passwd|passphrase|pwd|token|secret|credential|api[-_]?key|access[-_]?key|private[-_]?key|connection[-_]?string|authorization|signature";

    /// <summary>Whether a parameter or key of this name holds a secret.</summary>
    /// <param name="name">The name.</param>
    /// <returns>True when its value is to be masked whole.</returns>
    public static bool IsSecret(string name) => SecretName().IsMatch(name);

    /// <summary>Masks the passwords of addresses, <c>password=…</c> and its like, and bearer tokens in a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text without them.</returns>
    public static string Text(string text) =>
        Assignment().Replace(Bearer().Replace(UserInfo().Replace(text, $"://{Mask}@"), $"$1 {Mask}"), $"$1={Mask}");

    [GeneratedRegex(Names, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretName();

    // Up to the last @ of the word: passwords hold raw @ and / more often than paths hold an @.
    [GeneratedRegex(@"://[^\s""']*@")]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Bearer();

    [GeneratedRegex($@"([\w.-]*(?:{Names})[\w.-]*)[""']?\s*[=:]\s*(?:""[^""]*""|'[^']*'|[^\s;&,]+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Assignment();
}
