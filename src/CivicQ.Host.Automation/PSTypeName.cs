namespace System.Management.Automation;

/// <summary>The name of a type, and the type where it is loaded.</summary>
public class PSTypeName
{
    public PSTypeName(Type type)
    {
        Type = type;
        Name = type.FullName ?? type.Name;
    }

    public PSTypeName(string name)
    {
        Name = name;
        Type = Type.GetType(name, throwOnError: false);
    }

    public string Name { get; }

    public Type? Type { get; }

    public override string ToString() => Name;
}
