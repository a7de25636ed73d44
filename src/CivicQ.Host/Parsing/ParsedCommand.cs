namespace CivicQ.Host.Parsing;

/// <summary>One command of a pipeline.</summary>
/// <param name="Name">The command's name as written.</param>
/// <param name="Elements">Its parameters and arguments, in order.</param>
public sealed record ParsedCommand(string Name, IReadOnlyList<CommandElement> Elements);
