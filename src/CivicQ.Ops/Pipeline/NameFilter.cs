using System.Management.Automation;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Pipeline;

/// <summary>Names with wildcards that results are chosen by; without any, every result.</summary>
internal sealed class NameFilter
{
    private readonly (string Name, WildcardPattern Pattern)[]? patterns;

    private NameFilter((string Name, WildcardPattern Pattern)[]? patterns) => this.patterns = patterns;

    /// <summary>Reads the names.</summary>
    /// <param name="names">The names, or <see langword="null"/>.</param>
    /// <returns>The filter.</returns>
    /// <exception cref="OperationException"><c>NamePatternInvalid</c>.</exception>
    public static NameFilter Of(string[]? names) => new(names is null ? null : [.. names.Select(name => (name, NamePattern.Parse(name)))]);

    /// <summary>Whether a result is chosen.</summary>
    public bool Fits(string name) => patterns is null || Array.Exists(patterns, pattern => pattern.Pattern.IsMatch(name));

    /// <summary>The names without wildcards that nothing has.</summary>
    public IEnumerable<string> Unused(IEnumerable<string> there)
    {
        var all = there.ToList();
        return (patterns ?? []).Where(pattern => !WildcardPattern.ContainsWildcardCharacters(pattern.Name) && !all.Exists(pattern.Pattern.IsMatch)).Select(pattern => pattern.Name);
    }
}
