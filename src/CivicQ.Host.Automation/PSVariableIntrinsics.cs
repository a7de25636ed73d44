namespace System.Management.Automation;

/// <summary>A session's variables. The host has no language, so that they are what it sets itself.</summary>
public sealed class PSVariableIntrinsics
{
    private readonly Dictionary<string, object?> values = new(StringComparer.OrdinalIgnoreCase);

    internal PSVariableIntrinsics()
    {
    }

    public object? GetValue(string name) => GetValue(name, null);

    public object? GetValue(string name, object? defaultValue) => values.TryGetValue(WithoutScope(name), out var value) ? value : defaultValue;

    public void Set(string name, object? value) => values[WithoutScope(name)] = value;

    public void Remove(string name) => values.Remove(WithoutScope(name));

    private static string WithoutScope(string name) => name[(name.LastIndexOf(':') + 1)..];
}
