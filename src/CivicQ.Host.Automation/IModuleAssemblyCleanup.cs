namespace System.Management.Automation;

/// <summary>Code that runs when a module is removed.</summary>
public interface IModuleAssemblyCleanup
{
    void OnRemove(PSModuleInfo psModuleInfo);
}
