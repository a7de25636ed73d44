using System.Collections;
using System.Management.Automation;
using CivicQ.Host.Parsing;

namespace CivicQ.Host.Modules;

/// <summary>A module's manifest (.psd1), read as data.</summary>
public sealed class ModuleManifest
{
    private readonly Hashtable data;

    private ModuleManifest(string path, Hashtable data)
    {
        Path = path;
        this.data = data;
    }

    /// <summary>The manifest's full path.</summary>
    public string Path { get; }

    /// <summary>The module's name: the file's.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>The module's folder.</summary>
    public string Folder => System.IO.Path.GetDirectoryName(Path)!;

    /// <summary>The module's version; 0.0 where the manifest names none.</summary>
    public Version Version => Version.TryParse(data["ModuleVersion"] as string, out var version) ? version : new Version(0, 0);

    /// <summary>The full path of the module's assembly.</summary>
    public string RootModule => System.IO.Path.GetFullPath(
        data["RootModule"] as string ?? throw new ModuleLoadException($"The manifest '{Path}' names no RootModule."), Folder);

    /// <summary>The full paths of the assemblies to load before the module's own.</summary>
    public IReadOnlyList<string> NestedModules => [.. Texts("NestedModules").Select(file => System.IO.Path.GetFullPath(file, Folder))];

    /// <summary>The names of the cmdlets that the module exports.</summary>
    public IReadOnlyList<string> CmdletsToExport => Texts("CmdletsToExport");

    /// <summary>The full paths of the module's format files.</summary>
    public IReadOnlyList<string> FormatsToProcess => [.. Texts("FormatsToProcess").Select(file => System.IO.Path.GetFullPath(file, Folder))];

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="ModuleLoadException">The file is not there or is no manifest.</exception>
    public static ModuleManifest Read(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        try
        {
            return new LineParser(File.ReadAllText(full)).ParseLiteral() is Hashtable data
                ? new ModuleManifest(full, data)
                : throw new ModuleLoadException($"The manifest '{full}' holds no hashtable.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CommandLineException)
        {
            throw new ModuleLoadException($"The manifest '{full}' cannot be read: {error.Message}", error);
        }
    }

    private List<string> Texts(string key) => data[key] switch
    {
        null => [],
        object?[] list => [.. list.Select(item => LanguagePrimitives.ConvertTo<string>(item))],
        var one => [LanguagePrimitives.ConvertTo<string>(one)],
    };
}
