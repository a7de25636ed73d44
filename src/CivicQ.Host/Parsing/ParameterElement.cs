namespace CivicQ.Host.Parsing;

/// <summary><c>-Name</c>, or <c>-Name:argument</c>.</summary>
/// <param name="Name">The name as written, without the dash.</param>
/// <param name="Attached">The argument after the colon; null without a colon.</param>
public sealed record ParameterElement(string Name, ArgumentElement? Attached) : CommandElement;
