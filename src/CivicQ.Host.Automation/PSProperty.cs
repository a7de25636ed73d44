namespace System.Management.Automation;

/// <summary>A property of the wrapped .NET object.</summary>
public class PSProperty : PSPropertyInfo
{
    private readonly object target;
    private readonly Reflection.PropertyInfo property;

    internal PSProperty(object target, Reflection.PropertyInfo property)
    {
        this.target = target;
        this.property = property;
        Name = property.Name;
    }

    public override object? Value
    {
        get => property.GetValue(target);
        set => property.SetValue(target, LanguagePrimitives.ConvertTo(value, property.PropertyType));
    }

    public override bool IsGettable => property.CanRead;

    public override bool IsSettable => property.CanWrite;

    public override PSMemberTypes MemberType => PSMemberTypes.Property;

    public override string TypeNameOfValue => property.PropertyType.FullName ?? property.PropertyType.Name;

    public override PSMemberInfo Copy() => new PSProperty(target, property);

    public override string ToString() => $"{TypeNameOfValue} {Name}";
}
