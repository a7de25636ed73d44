namespace System.Management.Automation.Internal;

/// <summary>The nothing that a command without output gives.</summary>
public static class AutomationNull
{
    public static PSObject Value { get; } = new();

    internal static bool IsNull(object? value) => value is null || ReferenceEquals(value, Value);
}
