using System.Management.Automation;

namespace CivicQ.Host.Fixture;

/// <summary>Three parameter sets, one of them the default.</summary>
[Cmdlet(VerbsCommon.Get, "FixtureSet", DefaultParameterSetName = "Name")]
[OutputType(typeof(string))]
public sealed class GetFixtureSetCommand : PSCmdlet
{
    [Parameter(ParameterSetName = "Name", Position = 0)]
    public string? Name { get; set; }

    [Parameter(ParameterSetName = "Id", Mandatory = true, Position = 0)]
    public int Id { get; set; }

    [Parameter(ParameterSetName = "All", Mandatory = true)]
    public SwitchParameter All { get; set; }

    [Parameter(ParameterSetName = "Id")]
    [Parameter(ParameterSetName = "All", Mandatory = true)]
    public string? Reason { get; set; }

    [Parameter(ValueFromRemainingArguments = true)]
    public object[]? Rest { get; set; }

    protected override void ProcessRecord() => WriteObject(Bound.Show(this));
}
