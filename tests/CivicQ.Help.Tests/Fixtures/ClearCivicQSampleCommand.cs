using System.Management.Automation;

namespace CivicQ.Help.Tests.Fixtures;

[Cmdlet(VerbsCommon.Clear, "CivicQSample", SupportsShouldProcess = true)]
public sealed class ClearCivicQSampleCommand : SampleBase
{
    [Parameter(Mandatory = true)]
    [ValidateSet("Old", "All")]
    public string Scope { get; set; } = "Old";
}
