namespace System.Management.Automation;

/// <summary>A provider; there is the file system alone.</summary>
public class ProviderInfo
{
    internal ProviderInfo(string name) => Name = name;

    public string Name { get; }

    public string ModuleName => "Microsoft.PowerShell.Core";

    public string Description { get; set; } = string.Empty;

    internal static ProviderInfo FileSystem { get; } = new("FileSystem");

    public override string ToString() => $"{ModuleName}\\{Name}";
}
