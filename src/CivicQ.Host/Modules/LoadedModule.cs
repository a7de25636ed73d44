using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace CivicQ.Host.Modules;

/// <summary>A module whose assembly is loaded. Loading happens once in a process for each assembly; so does its OnImport.</summary>
public sealed class LoadedModule
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, LoadedModule> Loaded = new(StringComparer.Ordinal);
    private readonly Lazy<ILookup<string, Type>> classes;

    private LoadedModule(ModuleManifest manifest, Assembly assembly)
    {
        Manifest = manifest;
        Assembly = assembly;
        classes = new Lazy<ILookup<string, Type>>(
            () => assembly.GetTypes().Where(type => type is { IsPublic: true, IsAbstract: false }).ToLookup(type => type.Name, StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>The module's manifest.</summary>
    public ModuleManifest Manifest { get; }

    /// <summary>The module's assembly.</summary>
    public Assembly Assembly { get; }

    /// <summary>The names of its cmdlets, as exported.</summary>
    public IReadOnlyList<string> CmdletNames => Manifest.CmdletsToExport;

    /// <summary>Loads a module, or gives the one that is loaded already.</summary>
    /// <exception cref="ModuleLoadException">The manifest or the assembly cannot be loaded.</exception>
    public static LoadedModule Load(string manifestPath)
    {
        lock (Gate)
        {
            var full = Path.GetFullPath(manifestPath);
            if (!Loaded.TryGetValue(full, out var module))
            {
                var manifest = ModuleManifest.Read(full);
                // Nested modules first, each with its OnImport, as PowerShell does: they may say where the root module's dependencies are.
                foreach (var nested in manifest.NestedModules)
                {
                    Import(LoadAssembly(nested));
                }

                module = new LoadedModule(manifest, LoadAssembly(manifest.RootModule));
                Import(module.Assembly);
                Loaded.Add(full, module);
            }

            return module;
        }
    }

    /// <summary>The class of an exported cmdlet; null where the module has none of that name.</summary>
    public Type? FindCmdlet(string name)
    {
        if (!CmdletNames.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            return null;
        }

        // By convention Verb-Noun is the class VerbNounCommand: no other class's attributes need be read.
        return classes.Value[name.Replace("-", string.Empty, StringComparison.Ordinal) + "Command"].FirstOrDefault(type => IsCmdlet(type, name))
            ?? classes.Value.SelectMany(group => group).FirstOrDefault(type => IsCmdlet(type, name));
    }

    private static bool IsCmdlet(Type type, string name) =>
        typeof(Cmdlet).IsAssignableFrom(type)
        && type.GetCustomAttribute<CmdletAttribute>(inherit: false) is { } cmdlet
        && string.Equals($"{cmdlet.VerbName}-{cmdlet.NounName}", name, StringComparison.OrdinalIgnoreCase);

    // The default context, where PowerShell loads it too, so that the module's own isolation works the same.
    private static Assembly LoadAssembly(string path)
    {
        try
        {
            var name = AssemblyName.GetAssemblyName(path).Name;
            return AssemblyLoadContext.Default.Assemblies.FirstOrDefault(assembly => string.Equals(assembly.GetName().Name, name, StringComparison.Ordinal))
                ?? AssemblyLoadContext.Default.LoadFromAssemblyPath(path);
        }
        catch (Exception error) when (error is IOException or BadImageFormatException)
        {
            throw new ModuleLoadException($"The module's assembly '{path}' cannot be loaded: {error.Message}", error);
        }
    }

    private static void Import(Assembly assembly)
    {
        foreach (var type in assembly.GetExportedTypes().Where(type => !type.IsAbstract && typeof(IModuleAssemblyInitializer).IsAssignableFrom(type)))
        {
            ((IModuleAssemblyInitializer)Activator.CreateInstance(type)!).OnImport();
        }
    }
}
