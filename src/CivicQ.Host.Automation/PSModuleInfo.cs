namespace System.Management.Automation;

/// <summary>A loaded module.</summary>
public sealed class PSModuleInfo
{
    internal PSModuleInfo(string name, string path, Version version)
    {
        Name = name;
        Path = path;
        Version = version;
    }

    public string Name { get; }

    public string Path { get; }

    public string ModuleBase => IO.Path.GetDirectoryName(Path) ?? string.Empty;

    public Version Version { get; }

    public override string ToString() => Name;
}
