namespace CivicQ.Help.Pages;

/// <summary>A cmdlet's page.</summary>
/// <param name="Path">The file.</param>
/// <param name="Name">The title: the cmdlet's name.</param>
/// <param name="OnlineVersion">The address of the page, or null.</param>
/// <param name="Synopsis">The synopsis; several lines are a mistake that the checks find.</param>
/// <param name="Description">Its paragraphs.</param>
/// <param name="Examples">The examples.</param>
/// <param name="Parameters">The described parameters.</param>
/// <param name="Inputs">What may be piped in; null where the section is missing.</param>
/// <param name="Outputs">What is written; null where the section is missing.</param>
/// <param name="Notes">The notes' paragraphs.</param>
/// <param name="Links">The related links.</param>
internal sealed record HelpPage(
    string Path,
    string Name,
    string? OnlineVersion,
    HelpEntry Synopsis,
    IReadOnlyList<string> Description,
    IReadOnlyList<HelpExample> Examples,
    IReadOnlyList<HelpEntry> Parameters,
    IReadOnlyList<HelpEntry>? Inputs,
    IReadOnlyList<HelpEntry>? Outputs,
    IReadOnlyList<string> Notes,
    IReadOnlyList<HelpLink> Links);
