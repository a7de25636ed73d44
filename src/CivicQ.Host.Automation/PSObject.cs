namespace System.Management.Automation;

/// <summary>An object with members of its own beside those of what it wraps.</summary>
public class PSObject : IFormattable, IComparable
{
    public const string AdaptedMemberSetName = "psadapted";
    public const string ExtendedMemberSetName = "psextended";
    public const string BaseObjectMemberSetName = "psbase";

    public PSObject()
        : this(new PSCustomObject())
    {
    }

    public PSObject(object obj)
    {
        ArgumentNullException.ThrowIfNull(obj);
        ImmediateBaseObject = obj;
        Properties = new PSPropertyCollection(BaseObject);
        var names = BaseObject is PSCustomObject ? ["System.Management.Automation.PSCustomObject", "System.Object"] : TypeHierarchy(BaseObject.GetType());
        TypeNames = new Collection<string>([.. names]);
    }

    public object BaseObject => ImmediateBaseObject is PSObject inner ? inner.BaseObject : ImmediateBaseObject;

    public object ImmediateBaseObject { get; }

    public PSMemberInfoCollection<PSPropertyInfo> Properties { get; }

    public Collection<string> TypeNames { get; }

    public static PSObject AsPSObject(object obj) => obj as PSObject ?? new PSObject(obj);

    public static implicit operator PSObject(int valueToConvert) => new(valueToConvert);

    public static implicit operator PSObject(string valueToConvert) => new(valueToConvert);

    public static implicit operator PSObject(Hashtable valueToConvert) => new(valueToConvert);

    public static implicit operator PSObject(double valueToConvert) => new(valueToConvert);

    public static implicit operator PSObject(bool valueToConvert) => new(valueToConvert);

    public virtual PSObject Copy()
    {
        var copy = new PSObject(BaseObject);
        foreach (var property in Properties.Where(property => property is PSNoteProperty))
        {
            copy.Properties.Add((PSPropertyInfo)property.Copy());
        }

        return copy;
    }

    public int CompareTo(object? obj) => LanguagePrimitives.Compare(BaseObject, Unwrap(obj));

    public override bool Equals(object? obj) => ReferenceEquals(this, obj) || (BaseObject is not PSCustomObject && BaseObject.Equals(Unwrap(obj)));

    public override int GetHashCode() => BaseObject.GetHashCode();

    public override string ToString() => ToString(null, CultureInfo.InvariantCulture);

    public string ToString(string? format, IFormatProvider? formatProvider)
    {
        if (BaseObject is not PSCustomObject)
        {
            return BaseObject is IFormattable formattable ? formattable.ToString(format, formatProvider) : BaseObject.ToString() ?? string.Empty;
        }

        return "@{" + string.Join("; ", Properties.Select(property => $"{property.Name}={property.Value}")) + "}";
    }

    internal static object? Unwrap(object? value) => value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;

    private static IEnumerable<string> TypeHierarchy(Type type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            yield return current.FullName ?? current.Name;
        }
    }
}
