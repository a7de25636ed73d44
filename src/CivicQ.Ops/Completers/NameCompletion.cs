using System.Management.Automation;
using System.Text.RegularExpressions;

namespace CivicQ.Ops.Completers;

/// <summary>Writes names as completions that mean the name itself, whatever letters it has.</summary>
internal static partial class NameCompletion
{
    /// <summary>The completions for the names that begin with a word.</summary>
    /// <param name="word">What was typed, perhaps with a quote.</param>
    /// <param name="names">The names and what to show with them.</param>
    /// <param name="wildcards">True where the parameter takes wildcards, so that a name's own must be guarded.</param>
    /// <returns>The completions.</returns>
    public static IEnumerable<CompletionResult> Results(string word, IEnumerable<(string Name, string Hint)> names, bool wildcards)
    {
        var start = word.Trim('\'', '"').Replace("''", "'", StringComparison.Ordinal).Replace("`", "", StringComparison.Ordinal);
        return names
            .Where(entry => entry.Name.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            .Select(entry => new CompletionResult(Quote(wildcards ? Guard(entry.Name) : entry.Name), entry.Name, CompletionResultType.ParameterValue, entry.Hint));
    }

    private static string Guard(string name) => Special().Replace(name, "`$0");

    private static string Quote(string text) => Plain().IsMatch(text) ? text : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"[`*?\[\]]")]
    private static partial Regex Special();

    [GeneratedRegex(@"^[\p{L}\p{Nd}_.]+$")]
    private static partial Regex Plain();
}
