namespace System.Management.Automation;

/// <summary>Lets the empty string through for a mandatory parameter.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class AllowEmptyStringAttribute : CmdletMetadataAttribute
{
}
