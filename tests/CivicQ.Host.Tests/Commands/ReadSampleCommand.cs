using System.Management.Automation;

namespace CivicQ.Host.Tests.Commands;

/// <summary>Input by value and by property name.</summary>
[Cmdlet(VerbsCommunications.Read, "Sample")]
public sealed class ReadSampleCommand : PSCmdlet
{
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Amount")]
    public int Number { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string Environment { get; set; } = "none";

    protected override void ProcessRecord() => WriteObject($"{Number} {Environment}");
}
