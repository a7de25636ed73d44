namespace System.Management.Automation;

/// <summary>A cmdlet with parameters that are known at run time alone; the host refuses them.</summary>
public interface IDynamicParameters
{
    object? GetDynamicParameters();
}
