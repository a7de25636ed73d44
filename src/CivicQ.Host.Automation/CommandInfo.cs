namespace System.Management.Automation;

/// <summary>A command's name and origin.</summary>
public abstract class CommandInfo
{
    internal CommandInfo(string name, string moduleName, Version? version)
    {
        Name = name;
        ModuleName = moduleName;
        Version = version;
    }

    public string Name { get; }

    public string ModuleName { get; }

    public string Source => ModuleName;

    public virtual Version? Version { get; }

    public CommandTypes CommandType => CommandTypes.Cmdlet;

    public abstract string Definition { get; }

    public PSModuleInfo? Module { get; internal set; }

    public override string ToString() => Name;
}
