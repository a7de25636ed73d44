using System.Management.Automation;
using CivicQ.Ops.Core.Drills;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Procedures;

namespace CivicQ.Ops.Commands.Drills;

/// <summary>Ends drills: looks a last time how far they got, and undoes what is left of the incident.</summary>
[Cmdlet(VerbsLifecycle.Stop, "CivicQDrill", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(Drill))]
public sealed class StopCivicQDrillCommand : DrillCmdlet
{
    /// <summary>The drills; all that are started without it.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.DrillCompleter))]
    public string[]? Name { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        EnsureLab();
        var drills = new DrillService(Reporter);
        await ForEachAsync(Name?.Select(DrillCatalogue.Named) ?? DrillCatalogue.All.Where(drills.IsStarted), async drill =>
        {
            drills.EnsureStarted(drill);
            if (await ShouldProcessAsync($"what is left in the lab of: {drill.Description.Injection}", $"Stop the drill {drill.Description.Name}", LabEnvironment.Name).ConfigureAwait(false)
                && await drills.StopAsync(drill, cancellationToken).ConfigureAwait(false) is { } last)
            {
                await WriteAsync(last, cancellationToken).ConfigureAwait(false);
            }
        }, cancellationToken).ConfigureAwait(false);
    }
}
