using System.Management.Automation;

namespace CivicQ.Host.Fixture;

/// <summary>Needs what only the pipeline may bring; the kind of input decides the set.</summary>
[Cmdlet(VerbsCommunications.Read, "FixtureMandatory", DefaultParameterSetName = "Name")]
[OutputType(typeof(string))]
public sealed class ReadFixtureMandatoryCommand : PSCmdlet
{
    [Parameter(ParameterSetName = "Name", Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    public string? Name { get; set; }

    [Parameter(ParameterSetName = "Item", Mandatory = true, ValueFromPipeline = true)]
    public FixtureItem? Item { get; set; }

    protected override void ProcessRecord() => WriteObject($"{ParameterSetName} {Name ?? Item?.Label}");
}
