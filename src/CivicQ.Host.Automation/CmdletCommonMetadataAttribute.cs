namespace System.Management.Automation;

/// <summary>What all kinds of cmdlets declare about themselves.</summary>
[AttributeUsage(AttributeTargets.Class)]
public abstract class CmdletCommonMetadataAttribute : CmdletMetadataAttribute
{
    private ConfirmImpact impact = ConfirmImpact.Medium;

    public string? DefaultParameterSetName { get; set; }

    public bool SupportsShouldProcess { get; set; }

    public bool SupportsPaging { get; set; }

    public bool SupportsTransactions { get; set; }

    /// <summary>How much confirmation the cmdlet wants; None unless it supports ShouldProcess.</summary>
    public ConfirmImpact ConfirmImpact
    {
        get => SupportsShouldProcess ? impact : ConfirmImpact.None;
        set => impact = value;
    }

    public string? HelpUri { get; set; } = string.Empty;

    public RemotingCapability RemotingCapability { get; set; } = RemotingCapability.PowerShell;
}
