namespace CivicQ.Help.Metadata;

/// <summary>One <c>[Parameter]</c> attribute.</summary>
/// <param name="Name">The set.</param>
/// <param name="Mandatory">Whether the set asks for it.</param>
/// <param name="Position">Its position, or null where it is named only.</param>
/// <param name="ByValue">Whether it takes whole objects from the pipeline.</param>
/// <param name="ByPropertyName">Whether it takes properties of objects from the pipeline.</param>
/// <param name="Remaining">Whether it takes all the remaining arguments.</param>
internal sealed record ParameterSetMetadata(string Name, bool Mandatory, int? Position, bool ByValue, bool ByPropertyName, bool Remaining)
{
    /// <summary>PowerShell's name for "every set".</summary>
    public const string AllSets = "__AllParameterSets";
}
