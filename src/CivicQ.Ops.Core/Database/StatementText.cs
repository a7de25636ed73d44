using System.Text.RegularExpressions;
using CivicQ.Ops.Core.Secrets;

namespace CivicQ.Ops.Core.Database;

/// <summary>Statements as they may be shown: without the passwords that people write into them, and not endless.</summary>
public static partial class StatementText
{
    /// <summary>So many characters of a statement are kept.</summary>
    public const int MaximumLength = 1024;

    /// <summary>What the server gives in place of statements that the role may not see.</summary>
    public const string Hidden = "<insufficient privilege>";

    // A literal of any kind, one within another literal (its quotes are doubled) first. A statement that the server cut off may end within it.
    private const string Literal = @"(?:''(?:[^']|'{4})+(?:''|$)|[eEuUbB]?&?'(?:[^'\\]|''|\\.)*(?:'|\\?$)|\$(?<tag>\w*)\$(?s:.*?)(?:\$\k<tag>\$|$))";
    private const string Names = "password|passwd|passphrase|pwd|secret|token|api_?key|access_?key|private_?key";

    /// <summary>Masks the secrets and cuts the text.</summary>
    /// <param name="text">The statement; <see langword="null"/> where there is none.</param>
    /// <returns>The text to show, on as many lines as it had.</returns>
    public static string? Clean(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return text;
        }

        var masked = UserInfo().Replace(text, $"://{SecretMask.Mask}@");
        masked = PasswordLiteral().Replace(masked, $"$1'{SecretMask.Mask}'");
        masked = ComparedLiteral().Replace(masked, $"$1'{SecretMask.Mask}'");
        masked = JsonMember().Replace(masked, $"$1\"{SecretMask.Mask}\"");
        masked = Keyword().Replace(masked, $"$1{SecretMask.Mask}");
        return masked.Length <= MaximumLength ? masked : masked[..MaximumLength];
    }

    // ALTER ROLE x PASSWORD '…', also OPTIONS (password '…').
    [GeneratedRegex($@"(\bPASSWORD\s+){Literal}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PasswordLiteral();

    // token = '…', secret => '…'
    [GeneratedRegex($@"([\w.]*(?:{Names})\w*""?\s*(?:=>|:=|=)\s*){Literal}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ComparedLiteral();

    // {"password": "…"}
    [GeneratedRegex($@"(""\w*(?:{Names})\w*""\s*:\s*)""(?:[^""\\]|\\.)*(?:""|\\?$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex JsonMember();

    // 'host=… password=…' of subscriptions and dblink; $1 and the literals above stay.
    [GeneratedRegex(@"(\b(?:ssl)?(?:password|passwd|pwd)=)(?!\$\d|'|\$)[^\s';)]+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Keyword();

    [GeneratedRegex(@"://[^\s""'/]*@")]
    private static partial Regex UserInfo();
}
