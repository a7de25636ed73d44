namespace System.Management.Automation;

/// <summary>A compiled cmdlet.</summary>
public class CmdletInfo : CommandInfo
{
    public CmdletInfo(string name, Type implementingType)
        : this(name, implementingType, string.Empty, null)
    {
    }

    internal CmdletInfo(string name, Type implementingType, string moduleName, Version? version)
        : base(name, moduleName, version) => ImplementingType = implementingType;

    public Type ImplementingType { get; }

    public string Verb => Name.Split('-')[0];

    public string Noun => Name[(Name.IndexOf('-', StringComparison.Ordinal) + 1)..];

    public override string Definition => Name;
}
