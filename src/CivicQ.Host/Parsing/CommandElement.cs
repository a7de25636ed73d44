namespace CivicQ.Host.Parsing;

/// <summary>One word of a command after its name.</summary>
public abstract record CommandElement;
