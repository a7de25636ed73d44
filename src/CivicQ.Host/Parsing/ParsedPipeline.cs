namespace CivicQ.Host.Parsing;

/// <summary>A pipeline: its commands and the text that they were read from.</summary>
/// <param name="Commands">The commands in order, at least one.</param>
/// <param name="Text">The line; for argv its words joined.</param>
public sealed record ParsedPipeline(IReadOnlyList<ParsedCommand> Commands, string Text);
