namespace System.Management.Automation;

/// <summary>The members of an object, by name without regard to case.</summary>
/// <typeparam name="T">The kind of member.</typeparam>
public abstract class PSMemberInfoCollection<T> : IEnumerable<T>
    where T : PSMemberInfo
{
    public abstract T? this[string name] { get; }

    public abstract void Add(T member);

    public abstract void Add(T member, bool preValidated);

    public abstract void Remove(string name);

    public abstract IEnumerator<T> GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
