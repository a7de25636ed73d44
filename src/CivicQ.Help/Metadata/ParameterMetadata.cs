namespace CivicQ.Help.Metadata;

/// <summary>A parameter, as its attributes declare it.</summary>
/// <param name="Name">The name.</param>
/// <param name="TypeName">The full name of the type, without Nullable.</param>
/// <param name="ShortTypeName">The type's name as help shows it.</param>
/// <param name="Sets">What it is in each parameter set.</param>
/// <param name="Aliases">Its other names.</param>
/// <param name="Values">The values that it accepts, where they are a fixed list (an enum, ValidateSet).</param>
/// <param name="Wildcards">Whether wildcards are meant.</param>
/// <param name="DefaultValue">What PSDefaultValue declares, or null.</param>
/// <param name="AddedByShouldProcess">Whether it is <c>-WhatIf</c> or <c>-Confirm</c>.</param>
internal sealed record ParameterMetadata(
    string Name,
    string TypeName,
    string ShortTypeName,
    IReadOnlyList<ParameterSetMetadata> Sets,
    IReadOnlyList<string> Aliases,
    IReadOnlyList<string> Values,
    bool Wildcards,
    string? DefaultValue,
    bool AddedByShouldProcess = false)
{
    /// <summary>Whether it takes no value.</summary>
    public bool IsSwitch => TypeName == "System.Management.Automation.SwitchParameter";

    /// <summary>Whether any set binds it from the pipeline.</summary>
    public bool TakesPipeline => Sets.Any(set => set.ByValue || set.ByPropertyName);

    /// <summary>What it is in a set.</summary>
    /// <param name="set">The set's name.</param>
    /// <returns>The declaration, or null where the set does not have it.</returns>
    public ParameterSetMetadata? In(string set) =>
        Sets.FirstOrDefault(mine => string.Equals(mine.Name, set, StringComparison.OrdinalIgnoreCase))
        ?? Sets.FirstOrDefault(mine => mine.Name == ParameterSetMetadata.AllSets);
}
