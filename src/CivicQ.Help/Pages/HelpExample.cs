namespace CivicQ.Help.Pages;

/// <summary>An example.</summary>
/// <param name="Title">Its heading, without <c>Example 1:</c>.</param>
/// <param name="Line">The heading's line, from 1.</param>
/// <param name="Code">The first code block.</param>
/// <param name="CodeLine">The line of the code's first line.</param>
/// <param name="Remarks">What follows: text, and what the command prints.</param>
internal sealed record HelpExample(string Title, int Line, string Code, int CodeLine, IReadOnlyList<string> Remarks);
