using System.Management.Automation;

namespace CivicQ.Host.Fixture;

/// <summary>A change of high impact.</summary>
[Cmdlet(VerbsCommon.Remove, "FixtureThing", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(string))]
public sealed class RemoveFixtureThingCommand : PSCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    public string[]? Name { get; set; }

    protected override void ProcessRecord()
    {
        foreach (var name in Name!)
        {
            if (ShouldProcess($"thing {name}", "Destroy"))
            {
                WriteObject($"destroyed {name}");
            }
        }
    }
}
