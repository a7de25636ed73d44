namespace System.Management.Automation;

/// <summary>The notes of an object, then the public properties (or the entries) of what it wraps.</summary>
internal sealed class PSPropertyCollection(object target) : PSMemberInfoCollection<PSPropertyInfo>
{
    private readonly List<PSPropertyInfo> notes = [];

    public override PSPropertyInfo? this[string name] =>
        notes.Find(note => string.Equals(note.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? Adapted().FirstOrDefault(property => string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase));

    public override void Add(PSPropertyInfo member) => Add(member, preValidated: false);

    public override void Add(PSPropertyInfo member, bool preValidated)
    {
        if (notes.Exists(note => string.Equals(note.Name, member.Name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new PSInvalidOperationException($"Cannot add a member with the name \"{member.Name}\" because a member with that name already exists.");
        }

        notes.Add(member);
    }

    public override void Remove(string name) => notes.RemoveAll(note => string.Equals(note.Name, name, StringComparison.OrdinalIgnoreCase));

    public override IEnumerator<PSPropertyInfo> GetEnumerator() =>
        notes.Concat(Adapted().Where(own => !notes.Exists(note => string.Equals(note.Name, own.Name, StringComparison.OrdinalIgnoreCase)))).GetEnumerator();

    private IEnumerable<PSPropertyInfo> Adapted()
    {
        if (target is PSCustomObject)
        {
            return [];
        }

        return target.GetType().GetProperties(Reflection.BindingFlags.Public | Reflection.BindingFlags.Instance)
            .Where(property => property.CanRead && property.GetIndexParameters().Length == 0)
            .Select(property => new PSProperty(target, property));
    }
}
