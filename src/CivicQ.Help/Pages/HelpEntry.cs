namespace CivicQ.Help.Pages;

/// <summary>A heading and the text under it.</summary>
/// <param name="Name">The heading.</param>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Text">The paragraphs.</param>
internal sealed record HelpEntry(string Name, int Line, IReadOnlyList<string> Text);
