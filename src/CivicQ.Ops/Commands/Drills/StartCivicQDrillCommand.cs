using System.Management.Automation;
using CivicQ.Ops.Core.Drills;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Procedures;

namespace CivicQ.Ops.Commands.Drills;

/// <summary>Brings one of the runbook's incidents about in the lab's real servers, to be found and mended.</summary>
[Cmdlet(VerbsLifecycle.Start, "CivicQDrill", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(Drill))]
public sealed class StartCivicQDrillCommand : DrillCmdlet
{
    /// <summary>The drills.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.DrillCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>How long each step may take, until the incident is visible, in seconds.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSeconds { get; set; } = 60;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        EnsureLab();
        var drills = new DrillService(Reporter);
        await ForEachAsync(Name.Select(DrillCatalogue.Named), async drill =>
        {
            var server = drills.EnsureStartable(drill);
            if (await ShouldProcessAsync($"the lab's {server}: {drill.Description.Injection}", $"Start the drill {drill.Description.Name}", LabEnvironment.Name).ConfigureAwait(false))
            {
                await WriteAsync(await drills.StartAsync(drill, TimeSpan.FromSeconds(TimeoutSeconds), cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            }
        }, cancellationToken).ConfigureAwait(false);
    }
}
