namespace CivicQ.Host.Parsing;

/// <summary>An argument: a value, how it was written, and how freely it may be read.</summary>
/// <param name="Value">The value as the line says it: text, number, true, false, null, array or hashtable.</param>
/// <param name="Text">The argument as written; what a text parameter gets of a bare number.</param>
/// <param name="Form">How the argument came.</param>
public sealed record ArgumentElement(object? Value, string Text, ArgumentForm Form) : CommandElement;
