namespace CivicQ.Host.Presentation.Formats;

/// <summary>An object with the wish of Format-Table or Format-List of how to show it. Data formats write the object and leave the wish.</summary>
/// <param name="Value">The object.</param>
/// <param name="IsTable">A table, else a list.</param>
/// <param name="Properties">The properties to show, wildcards allowed; empty for the view's.</param>
/// <param name="Wrap">Whether long values go on in the next line.</param>
public sealed record FormattedObject(object Value, bool IsTable, IReadOnlyList<string> Properties, bool Wrap = false);
