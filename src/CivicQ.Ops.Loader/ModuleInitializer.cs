using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace CivicQ.Ops.Loader;

/// <summary>
/// Runs when PowerShell loads the module. The assemblies with cmdlets are PowerShell's; Core and every package are loaded into a context
/// of their own from <c>dependencies</c>, so that other modules may bring other versions of the same packages. This is an assembly apart
/// and a nested module, loaded before the root module: PowerShell reflects over the cmdlets before it would call an initializer beside
/// them, and a parameter whose type is one of Core's enumerations needs Core as soon as its class is looked at.
/// </summary>
public sealed class ModuleInitializer : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    private const string Seam = "CivicQ.Ops.Core";
    private static readonly string ModuleFolder = Path.GetDirectoryName(typeof(ModuleInitializer).Assembly.Location)!;
    private static readonly DependencyLoadContext Dependencies = new(Path.Combine(ModuleFolder, "dependencies"));

    /// <inheritdoc/>
    public void OnImport()
    {
        // Importing again, in this runspace or in another one of the process, must not stack up handlers.
        AssemblyLoadContext.Default.Resolving -= ResolveSeam;
        AssemblyLoadContext.Default.Resolving += ResolveSeam;
    }

    /// <inheritdoc/>
    /// <remarks>The handler stays: assemblies are not unloaded, and other runspaces may still use the module.</remarks>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
    }

    // Only Core is asked for from outside; it asks for its own packages inside the private context. By path: asking that context by name
    // for a file that is missing would come back here, without end.
    private static Assembly? ResolveSeam(AssemblyLoadContext context, AssemblyName name)
    {
        var path = Path.Combine(ModuleFolder, "dependencies", Seam + ".dll");
        return string.Equals(name.Name, Seam, StringComparison.Ordinal) && File.Exists(path) ? Dependencies.LoadFromAssemblyPath(path) : null;
    }
}
