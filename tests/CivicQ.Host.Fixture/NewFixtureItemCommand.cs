using System.Management.Automation;

namespace CivicQ.Host.Fixture;

/// <summary>Writes an item for each label.</summary>
[Cmdlet(VerbsCommon.New, "FixtureItem")]
[OutputType(typeof(FixtureItem))]
public sealed class NewFixtureItemCommand : PSCmdlet
{
    [Parameter(Position = 0)]
    [AllowEmptyString]
    public string[] Label { get; set; } = [];

    protected override void ProcessRecord()
    {
        for (var i = 0; i < Label.Length; i++)
        {
            WriteObject(new FixtureItem(Label[i], (i + 1) * 10, (FixtureLevel)(i % 3), i % 2 == 0, TimeSpan.FromSeconds(i), [$"t{i}", "all"]));
        }
    }
}
