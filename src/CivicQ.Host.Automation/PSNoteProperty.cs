namespace System.Management.Automation;

/// <summary>A named value added to an object.</summary>
public class PSNoteProperty : PSPropertyInfo
{
    public PSNoteProperty(string name, object? value)
    {
        Name = string.IsNullOrEmpty(name) ? throw new PSArgumentException("A property needs a name.", nameof(name)) : name;
        Value = value;
        IsInstance = true;
    }

    public override object? Value { get; set; }

    public override bool IsGettable => true;

    public override bool IsSettable => true;

    public override PSMemberTypes MemberType => PSMemberTypes.NoteProperty;

    public override string TypeNameOfValue => Value?.GetType().FullName ?? "System.Object";

    public override PSMemberInfo Copy() => new PSNoteProperty(Name, Value);

    public override string ToString() => $"{TypeNameOfValue} {Name}={Value}";
}
