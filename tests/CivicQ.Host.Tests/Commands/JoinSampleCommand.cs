using System.Management.Automation;

namespace CivicQ.Host.Tests.Commands;

/// <summary>No default set: which one is meant must be said. Takes what is left over.</summary>
[Cmdlet(VerbsCommon.Join, "Sample")]
public sealed class JoinSampleCommand : PSCmdlet
{
    [Parameter(ParameterSetName = "Left", Mandatory = true)]
    public string? Left { get; set; }

    [Parameter(ParameterSetName = "Right", Mandatory = true)]
    public string? Right { get; set; }

    [Parameter(ValueFromRemainingArguments = true)]
    public string[]? Rest { get; set; }

    protected override void ProcessRecord() => WriteObject(new BoundParameters(ParameterSetName, new Dictionary<string, object?>(MyInvocation.BoundParameters)));
}
