namespace System.Management.Automation;

/// <summary>Code that runs when a module's assembly is imported.</summary>
public interface IModuleAssemblyInitializer
{
    void OnImport();
}
