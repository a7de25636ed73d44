using System.Management.Automation;
using CivicQ.Ops.Core.Lab;

namespace CivicQ.Ops.Commands.Lab;

/// <summary>Stops the lab and removes everything that it wrote.</summary>
[Cmdlet(VerbsLifecycle.Stop, "CivicQLab", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
public sealed class StopCivicQLabCommand : CivicQCmdlet
{
    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        // At the end, so that Get-CivicQLab | Stop-CivicQLab stops once and not once a server.
        var lab = new LabService(Reporter);
        if (await ShouldProcessAsync($"all servers of the lab and their data in {lab.Folder}", "Stop and remove", LabEnvironment.Name).ConfigureAwait(false)
            && !await lab.StopAsync(cancellationToken).ConfigureAwait(false))
        {
            Reporter.Verbose("There was no lab.");
        }
    }
}
