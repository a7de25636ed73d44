using System.Management.Automation;

namespace CivicQ.Host.Fixture;

/// <summary>A change of medium impact.</summary>
[Cmdlet(VerbsCommon.Set, "FixtureThing", SupportsShouldProcess = true)]
[OutputType(typeof(string))]
public sealed class SetFixtureThingCommand : PSCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    public string[]? Name { get; set; }

    protected override void ProcessRecord()
    {
        foreach (var name in Name!)
        {
            if (ShouldProcess(name))
            {
                WriteObject($"set {name}");
            }
        }
    }
}
