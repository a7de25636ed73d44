namespace CivicQ.Host.Presentation.Help;

/// <summary>The help of a parameter.</summary>
/// <param name="Name">The parameter.</param>
/// <param name="Type">Its type, short.</param>
/// <param name="Text">Paragraphs.</param>
/// <param name="Facts">Required, position and so on: label and value, in Get-Help's order.</param>
public sealed record ParameterHelp(string Name, string Type, IReadOnlyList<string> Text, IReadOnlyList<(string Label, string Value)> Facts);
