namespace CivicQ.Help.Metadata;

/// <summary>A cmdlet, as its attributes declare it.</summary>
/// <param name="Verb">The verb.</param>
/// <param name="Noun">The noun.</param>
/// <param name="TypeName">The full name of the class.</param>
/// <param name="DefaultParameterSet">The default set's name, or null.</param>
/// <param name="Parameters">Its own and inherited parameters, base class last, and those that ShouldProcess adds.</param>
/// <param name="OutputTypes">Full names of what it declares to write.</param>
internal sealed record CmdletMetadata(
    string Verb,
    string Noun,
    string TypeName,
    string? DefaultParameterSet,
    IReadOnlyList<ParameterMetadata> Parameters,
    IReadOnlyList<string> OutputTypes)
{
    /// <summary>Verb-Noun.</summary>
    public string Name => $"{Verb}-{Noun}";

    /// <summary>The named parameter sets, the default one first; one nameless set where there are none.</summary>
    public IReadOnlyList<string> ParameterSets
    {
        get
        {
            var names = Parameters.SelectMany(parameter => parameter.Sets.Select(set => set.Name))
                .Where(name => name != ParameterSetMetadata.AllSets)
                .Distinct(StringComparer.OrdinalIgnoreCase)
                .OrderBy(name => string.Equals(name, DefaultParameterSet, StringComparison.OrdinalIgnoreCase) ? 0 : 1)
                .ToList();
            return names.Count > 0 ? names : [ParameterSetMetadata.AllSets];
        }
    }

    /// <summary>The parameters of a set in the order of the syntax line: by position, then mandatory, then the rest.</summary>
    /// <param name="set">The set's name.</param>
    /// <returns>Each parameter with what it is in that set.</returns>
    public IEnumerable<(ParameterMetadata Parameter, ParameterSetMetadata Set)> InSet(string set) =>
        Parameters.Select(parameter => (Parameter: parameter, Set: parameter.In(set)))
            .Where(pair => pair.Set is not null)
            .Select(pair => (pair.Parameter, Set: pair.Set!))
            .OrderBy(pair => pair.Set.Position ?? int.MaxValue)
            .ThenBy(pair => pair.Set.Mandatory ? 0 : 1)
            .ThenBy(pair => pair.Parameter.AddedByShouldProcess ? 1 : 0);
}
