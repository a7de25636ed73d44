using System.Management.Automation;

namespace CivicQ.Host.Fixture;

/// <summary>Two parameter sets, neither the default.</summary>
[Cmdlet(VerbsCommon.Get, "FixtureEither")]
[OutputType(typeof(string))]
public sealed class GetFixtureEitherCommand : PSCmdlet
{
    [Parameter(ParameterSetName = "One", Mandatory = true)]
    public string? One { get; set; }

    [Parameter(ParameterSetName = "Two", Mandatory = true)]
    public string? Two { get; set; }

    [Parameter(ParameterSetName = "Two")]
    public string? Three { get; set; }

    protected override void ProcessRecord() => WriteObject(Bound.Show(this));
}
