using System.Management.Automation;

namespace CivicQ.Host.Tests.Commands;

/// <summary>A change of high impact, and a question of its own.</summary>
[Cmdlet(VerbsCommon.Remove, "Sample", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class RemoveSampleCommand : PSCmdlet
{
    [Parameter(Position = 0, ValueFromPipeline = true)]
    public string[] Name { get; set; } = ["one"];

    [Parameter]
    public SwitchParameter Ask { get; set; }

    protected override void ProcessRecord()
    {
        foreach (var name in Name)
        {
            if (ShouldProcess(name) && (!Ask || ShouldContinue($"Really {name}?", "Sure")))
            {
                WriteObject(name);
            }
        }
    }
}
