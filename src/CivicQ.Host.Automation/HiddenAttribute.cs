namespace System.Management.Automation;

/// <summary>Hides a member from completion.</summary>
[AttributeUsage(AttributeTargets.All)]
public sealed class HiddenAttribute : ParsingBaseAttribute
{
}
