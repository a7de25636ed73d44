using System.Management.Automation;

namespace CivicQ.Host.Fixture;

/// <summary>Parameters that must be given.</summary>
[Cmdlet(VerbsCommon.Get, "FixtureMandatory")]
[OutputType(typeof(string))]
public sealed class GetFixtureMandatoryCommand : PSCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    public string? Name { get; set; }

    [Parameter(Mandatory = true)]
    public string[]? Path { get; set; }

    [Parameter]
    [AllowEmptyString]
    [AllowNull]
    public string? Note { get; set; }

    protected override void ProcessRecord() => WriteObject(Bound.Show(this));
}
