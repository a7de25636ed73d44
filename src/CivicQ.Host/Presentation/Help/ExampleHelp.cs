namespace CivicQ.Host.Presentation.Help;

/// <summary>An example.</summary>
/// <param name="Title">The title, between dashes.</param>
/// <param name="Code">What to type.</param>
/// <param name="Remarks">Paragraphs.</param>
public sealed record ExampleHelp(string Title, string Code, IReadOnlyList<string> Remarks);
