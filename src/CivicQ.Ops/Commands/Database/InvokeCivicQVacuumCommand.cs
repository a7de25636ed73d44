using System.Management.Automation;
using CivicQ.Ops.Core.Database.Maintenance;
using CivicQ.Ops.Core.Environments;

namespace CivicQ.Ops.Commands.Database;

/// <summary>Vacuums tables, several at once, largest first: one result each, with sizes and dead rows before and after.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "CivicQVacuum", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(MaintenanceResult))]
public sealed class InvokeCivicQVacuumCommand : MaintenanceCmdlet
{
    /// <summary>Writes each table anew and gives the room back to the disk; the table is locked meanwhile.</summary>
    [Parameter]
    public SwitchParameter Full { get; set; }

    /// <summary>Makes new statistics for the planner too.</summary>
    [Parameter]
    public SwitchParameter Analyze { get; set; }

    /// <summary>Freezes all rows, against transaction-id wraparound.</summary>
    [Parameter]
    public SwitchParameter Freeze { get; set; }

    /// <summary>How much room the server's disk has for the copies of -Full, where this machine cannot see it.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long? AvailableBytes { get; set; }

    /// <summary>Lets -Full run outside the maintenance window. The disk is looked at all the same.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override Task<MaintenancePlan> PlanAsync(
        EnvironmentContext context, string? database, IReadOnlyList<MaintenanceTarget> targets, CancellationToken cancellationToken) =>
        VacuumPlanner.VacuumAsync(
            context, database, targets,
            new VacuumOptions { Full = Full, Analyze = Analyze, Freeze = Freeze, Force = Force, AvailableBytes = AvailableBytes, Limits = Limits }, cancellationToken);
}
