namespace CivicQ.Help.Pages;

/// <summary>A related link.</summary>
/// <param name="Text">Its label.</param>
/// <param name="Address">An address, or a page beside this one.</param>
/// <param name="Line">Its line, from 1.</param>
internal sealed record HelpLink(string Text, string Address, int Line);
