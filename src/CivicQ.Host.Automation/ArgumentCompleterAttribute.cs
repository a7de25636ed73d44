namespace System.Management.Automation;

/// <summary>Names the completer of a parameter's argument.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public class ArgumentCompleterAttribute(Type type) : Attribute
{
    public Type Type { get; } = type;

    public object? ScriptBlock { get; }
}
