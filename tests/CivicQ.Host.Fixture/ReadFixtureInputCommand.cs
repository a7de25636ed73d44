using System.Management.Automation;

namespace CivicQ.Host.Fixture;

/// <summary>Takes its input by value and by property name.</summary>
[Cmdlet(VerbsCommunications.Read, "FixtureInput")]
[OutputType(typeof(string))]
public sealed class ReadFixtureInputCommand : PSCmdlet
{
    private int count;

    [Parameter(ValueFromPipeline = true)]
    public int InputObject { get; set; } = -1;

    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Label")]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public TimeSpan Span { get; set; }

    [Parameter]
    public SwitchParameter Summary { get; set; }

    protected override void BeginProcessing() => WriteObject($"begin {ParameterSetName}");

    protected override void ProcessRecord()
    {
        count++;
        WriteObject(Bound.Show(this) + $" {InputObject} {Name}");
    }

    protected override void EndProcessing() => WriteObject($"end {count}");
}
