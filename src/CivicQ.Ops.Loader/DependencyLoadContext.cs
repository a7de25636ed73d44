using System.Reflection;
using System.Runtime.Loader;

namespace CivicQ.Ops.Loader;

/// <summary>The private load context of Core and its packages.</summary>
/// <param name="folder">Where the assemblies lie.</param>
internal sealed class DependencyLoadContext(string folder) : AssemblyLoadContext("CivicQ.Ops")
{
    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var path = Path.Combine(folder, assemblyName.Name + ".dll");
        if (!File.Exists(path))
        {
            return null;
        }

        // A package that is also a part of the framework (System.Text.Json …): the framework's, unless the package is newer.
        var framework = Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, assemblyName.Name + ".dll");
        return File.Exists(framework) && AssemblyName.GetAssemblyName(framework).Version >= assemblyName.Version
            ? null
            : LoadFromAssemblyPath(path);
    }
}
