using System.Management.Automation;

namespace CivicQ.Help.Tests.Fixtures;

/// <summary>Two sets, an alias, an enum, a default, and something inherited.</summary>
[Cmdlet(VerbsCommon.Get, "CivicQSample", DefaultParameterSetName = "ByName")]
[OutputType(typeof(Version))]
[OutputType(typeof(bool), ParameterSetName = ["ById"])]
public sealed class GetCivicQSampleCommand : SampleBase
{
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "ByName", ValueFromPipeline = true)]
    [Alias("SampleName", "sn")]
    public string[]? Name { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "ById")]
    public long? Id { get; set; }

    [Parameter]
    [PSDefaultValue(Value = 16)]
    public int ThrottleLimit { get; set; } = 16;

    [Parameter]
    public SampleMode Mode { get; set; }

    [Parameter]
    public SwitchParameter Quiet { get; set; }
}
