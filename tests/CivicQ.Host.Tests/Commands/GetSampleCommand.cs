using System.Collections;
using System.Management.Automation;

namespace CivicQ.Host.Tests.Commands;

/// <summary>Two parameter sets with a default, positions, aliases, and parameters of all kinds.</summary>
[Cmdlet(VerbsCommon.Get, "Sample", DefaultParameterSetName = "ByName")]
[OutputType(typeof(BoundParameters))]
public sealed class GetSampleCommand : PSCmdlet
{
    [Parameter(ParameterSetName = "ByName", Position = 0)]
    [Alias("Title", "PSName")]
    public string[]? Name { get; set; }

    [Parameter(ParameterSetName = "ById", Mandatory = true)]
    public int Id { get; set; }

    [Parameter(ParameterSetName = "ByName")]
    [Parameter(ParameterSetName = "ById")]
    public SwitchParameter Shared { get; set; }

    [Parameter(Position = 1)]
    [ValidateRange(1, 10)]
    public int Count { get; set; } = 1;

    [Parameter]
    [ValidateSet("Red", "Green")]
    public string? Colour { get; set; }

    [Parameter]
    [ValidatePattern("^[a-z]+$")]
    public string? Code { get; set; }

    [Parameter]
    [ValidateLength(2, 4)]
    public string? Short { get; set; }

    [Parameter]
    [ValidateCount(1, 2)]
    public string[]? Few { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Text { get; set; }

    [Parameter]
    public Hashtable? Label { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public bool Flag { get; set; }

    [Parameter]
    public DayOfWeek[]? Day { get; set; }

    [Parameter]
    public TimeSpan? For { get; set; }

    [Parameter]
    public DateTimeOffset? Since { get; set; }

    [Parameter]
    public long Size { get; set; }

    [Parameter]
    public double Ratio { get; set; }

    [Parameter]
    public Uri? Address { get; set; }

    [Parameter]
    public object? Anything { get; set; }

    [Parameter]
    public List<int>? Numbers { get; set; }

    protected override void ProcessRecord() => WriteObject(new BoundParameters(ParameterSetName, new Dictionary<string, object?>(MyInvocation.BoundParameters)));
}
