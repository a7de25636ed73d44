namespace CivicQ.Host.Tests.Commands;

/// <summary>What a cmdlet found bound when it processed an object.</summary>
public sealed record BoundParameters(string Set, IReadOnlyDictionary<string, object?> Values)
{
    public object? this[string name] => Values.GetValueOrDefault(name);
}
