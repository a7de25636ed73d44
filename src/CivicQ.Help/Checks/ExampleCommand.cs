namespace CivicQ.Help.Checks;

/// <summary>A command that an example calls.</summary>
/// <param name="Name">The command's name.</param>
/// <param name="Line">Its line within the code, from 0.</param>
/// <param name="Parameters">The named parameters: name, plain values that follow it, line within the code.</param>
internal sealed record ExampleCommand(string Name, int Line, List<(string Name, string[] Values, int Line)> Parameters);
