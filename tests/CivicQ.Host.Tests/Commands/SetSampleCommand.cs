using System.Management.Automation;

namespace CivicQ.Host.Tests.Commands;

/// <summary>A change of medium impact.</summary>
[Cmdlet(VerbsCommon.Set, "Sample", SupportsShouldProcess = true)]
public sealed class SetSampleCommand : PSCmdlet
{
    [Parameter(Position = 0)]
    public string[] Name { get; set; } = ["one"];

    protected override void ProcessRecord()
    {
        foreach (var name in Name)
        {
            if (ShouldProcess(name, "Set"))
            {
                WriteObject(name);
            }
        }
    }
}
