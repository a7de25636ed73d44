namespace System.Management.Automation;

/// <summary>Lets the empty collection through for a mandatory parameter.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class AllowEmptyCollectionAttribute : CmdletMetadataAttribute
{
}
