using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace CivicQ.Ops;

/// <summary>
/// Runs when PowerShell loads the module. This assembly alone is PowerShell's; Core and every package are loaded into a context of
/// their own from <c>dependencies</c>, so that other modules may bring other versions of the same packages.
/// </summary>
public sealed class ModuleInitializer : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    private const string Seam = "CivicQ.Ops.Core";
    private static readonly string ModuleFolder = Path.GetDirectoryName(typeof(ModuleInitializer).Assembly.Location)!;
    private static readonly DependencyLoadContext Dependencies = new(Path.Combine(ModuleFolder, "dependencies"));

    /// <inheritdoc/>
    public void OnImport() => AssemblyLoadContext.Default.Resolving += ResolveSeam;

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo) => AssemblyLoadContext.Default.Resolving -= ResolveSeam;

    // Only Core is asked for from outside; it asks for its own packages inside the private context.
    private static Assembly? ResolveSeam(AssemblyLoadContext context, AssemblyName name) =>
        string.Equals(name.Name, Seam, StringComparison.Ordinal) ? Dependencies.LoadFromAssemblyName(name) : null;
}
