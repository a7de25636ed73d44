namespace System.Management.Automation;

/// <summary>Lets null through for a mandatory parameter.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class AllowNullAttribute : CmdletMetadataAttribute
{
}
