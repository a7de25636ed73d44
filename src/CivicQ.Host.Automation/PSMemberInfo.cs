namespace System.Management.Automation;

/// <summary>A member of an object.</summary>
public abstract class PSMemberInfo
{
    public string Name { get; protected set; } = string.Empty;

    public abstract object? Value { get; set; }

    public abstract PSMemberTypes MemberType { get; }

    public abstract string TypeNameOfValue { get; }

    public bool IsInstance { get; internal set; }

    public abstract PSMemberInfo Copy();
}
