using System.Collections;
using System.Management.Automation;

namespace CivicQ.Host.Fixture;

/// <summary>One parameter of each kind; writes what was bound.</summary>
[Cmdlet(VerbsCommon.Get, "FixtureBound")]
[OutputType(typeof(string))]
public sealed class GetFixtureBoundCommand : PSCmdlet
{
    [Parameter(Position = 0)]
    [Alias("Caption")]
    public string? Text { get; set; }

    [Parameter(Position = 1)]
    public int Number { get; set; }

    [Parameter]
    public string[]? Names { get; set; }

    [Parameter]
    public int[]? Numbers { get; set; }

    [Parameter]
    public FixtureLevel Level { get; set; }

    [Parameter]
    public FixtureLevel[]? Levels { get; set; }

    [Parameter]
    public long Size { get; set; }

    [Parameter]
    public double Ratio { get; set; }

    [Parameter]
    public decimal Price { get; set; }

    [Parameter]
    public int? Maybe { get; set; }

    [Parameter]
    public DateTimeOffset Moment { get; set; }

    [Parameter]
    public TimeSpan Span { get; set; }

    [Parameter]
    public SwitchParameter Flag { get; set; }

    [Parameter]
    public bool Truth { get; set; }

    [Parameter]
    public Uri? Address { get; set; }

    [Parameter]
    public Guid Identity { get; set; }

    [Parameter]
    public Version? Release { get; set; }

    [Parameter]
    public object? Any { get; set; }

    [Parameter]
    public Hashtable? Table { get; set; }

    [Parameter]
    [ValidateSet("Red", "Green")]
    public string? Choice { get; set; }

    [Parameter]
    [ValidateRange(1, 10)]
    public int Small { get; set; }

    [Parameter]
    [ValidateCount(1, 2)]
    public string[]? Pair { get; set; }

    [Parameter]
    [ValidateLength(2, 4)]
    public string? Word { get; set; }

    [Parameter]
    [ValidatePattern("^a")]
    public string? Pattern { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Filled { get; set; }

    protected override void ProcessRecord() => WriteObject(Bound.Show(this));
}
