using System.Management.Automation;
using CivicQ.Ops.Core.Drills;
using CivicQ.Ops.Core.Procedures;

namespace CivicQ.Ops.Commands.Drills;

/// <summary>Tells of the drills that are started whether the incident is visible and whether it is mended; with <c>-Available</c> which drills there are.</summary>
[Cmdlet(VerbsCommon.Get, "CivicQDrill", DefaultParameterSetName = Started)]
[OutputType(typeof(Drill), ParameterSetName = new[] { Started })]
[OutputType(typeof(DrillDescription), ParameterSetName = new[] { Described })]
public sealed class GetCivicQDrillCommand : DrillCmdlet
{
    private const string Started = "Started";
    private const string Described = "Available";

    /// <summary>The drills; all without it.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.DrillCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Lists the drills that there are, with what they do, what finds them and what mends them.</summary>
    [Parameter(ParameterSetName = Described, Mandatory = true)]
    public SwitchParameter Available { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        EnsureLab();
        var drills = new DrillService(Reporter);
        await ForEachAsync(Name?.Select(DrillCatalogue.Named) ?? DrillCatalogue.All, async drill =>
        {
            object? found = Available
                ? drill.Description with { IsStarted = drills.IsStarted(drill) }
                : drills.IsStarted(drill) ? await drills.GetAsync(drill, cancellationToken).ConfigureAwait(false) : null;
            if (found is not null)
            {
                await WriteAsync(found, cancellationToken).ConfigureAwait(false);
            }
            else if (Name is not null)
            {
                drills.EnsureStarted(drill);
            }
        }, cancellationToken).ConfigureAwait(false);
    }
}
