using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Naming;
using CivicQ.Ops.Core.Procedures;
using CivicQ.Ops.Sessions;

namespace CivicQ.Ops.Pipeline;

/// <summary>Which environments a cmdlet works on.</summary>
/// <param name="Environments">The usable ones, each once.</param>
/// <param name="Complaints">What makes others unusable that were named too.</param>
/// <param name="Missing">An error for each name that fits nothing, or is no pattern.</param>
internal sealed record EnvironmentSelection(
    IReadOnlyList<CivicQEnvironment> Environments, IReadOnlyList<EnvironmentComplaint> Complaints, IReadOnlyList<OperationException> Missing)
{
    /// <summary>The variable that names the environments where nothing is connected; several are separated by commas.</summary>
    public const string Variable = "CIVICQ_ENVIRONMENT";

    /// <summary>The complaint that leaves no environment to rely on; the selection is empty then.</summary>
    public EnvironmentComplaint? Fatal { get; private init; }

    /// <summary>The selection itself, unless the file as a whole cannot be relied on.</summary>
    /// <exception cref="OperationException">It cannot.</exception>
    public EnvironmentSelection OrThrow() => Fatal is { } fatal ? throw fatal.ToException() : this;

    /// <summary>The names that count where <c>-Environment</c> is not given.</summary>
    public static IReadOnlyList<string> DefaultNames(CivicQSession session) =>
        session.Connected
        ?? System.Environment.GetEnvironmentVariable(Variable)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) switch
        {
            { Length: > 0 } names => names,
            _ => [VariableEnvironment.Name],
        };

    /// <summary>Selects by name.</summary>
    /// <param name="names">Names, regardless of case; wildcards may fit nothing, names may not.</param>
    /// <param name="withEmpty">True to let wildcards fit the <c>default</c> of a process that has none of its variables.</param>
    /// <returns>The selection.</returns>
    public static EnvironmentSelection Of(IReadOnlyList<string> names, bool withEmpty = false)
    {
        var all = EnvironmentSources.Catalogue().Read();
        if (all.Fatal is { } fatal)
        {
            return new EnvironmentSelection([], [fatal], []) { Fatal = fatal };
        }

        var missing = new List<OperationException>();
        var patterns = new List<(string Name, WildcardPattern Pattern)>();
        foreach (var name in names)
        {
            try
            {
                patterns.Add((name, NamePattern.Parse(name)));
            }
            catch (OperationException error)
            {
                // The other names are as good as before.
                missing.Add(error);
            }
        }

        bool Named(string? name) => name is not null && patterns.Exists(entry => entry.Pattern.IsMatch(name));
        var known = all.Environments.Select(environment => environment.Name)
            .Concat(all.Complaints.Select(complaint => complaint.Environment).OfType<string>()).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        missing.AddRange(patterns
            .Where(entry => !WildcardPattern.ContainsWildcardCharacters(entry.Name) && !known.Exists(entry.Pattern.IsMatch))
            .Select(entry => new OperationException(EnvironmentErrors.NotFound, $"There is no environment '{entry.Name}'.{Hint(entry.Name, known)}", entry.Name)));
        return new EnvironmentSelection(
            [.. all.Environments.Where(environment => Named(environment.Name) && (withEmpty || !IsEmpty(environment) || names.Contains(environment.Name, StringComparer.OrdinalIgnoreCase)))],
            [.. all.Complaints.Where(complaint => complaint.Environment is null || Named(complaint.Environment))],
            missing);
    }

    private static bool IsEmpty(CivicQEnvironment environment) =>
        string.Equals(environment.Source, VariableEnvironment.SourceName, StringComparison.Ordinal)
        && EnvironmentInfo.Of(environment, isDefault: false, connected: false).Parts.Count == 0;

    private static string Hint(string name, List<string> known) =>
        NearestName.Hint(name, known) is { Length: > 0 } hint ? hint : $" There are: {string.Join(", ", known)}.";
}
