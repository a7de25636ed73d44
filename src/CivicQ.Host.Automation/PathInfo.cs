namespace System.Management.Automation;

/// <summary>A path of the file system.</summary>
public sealed class PathInfo
{
    internal PathInfo(string path) => Path = path;

    public string Path { get; }

    public string ProviderPath => Path;

    public ProviderInfo Provider => ProviderInfo.FileSystem;

    public override string ToString() => Path;
}
