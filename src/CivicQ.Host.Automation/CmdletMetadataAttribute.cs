namespace System.Management.Automation.Internal;

/// <summary>Base of the attributes that describe cmdlets and parameters.</summary>
[AttributeUsage(AttributeTargets.All)]
public abstract class CmdletMetadataAttribute : Attribute
{
}
