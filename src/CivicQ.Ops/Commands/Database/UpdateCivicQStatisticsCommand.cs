using System.Management.Automation;
using CivicQ.Ops.Core.Database.Maintenance;
using CivicQ.Ops.Core.Environments;

namespace CivicQ.Ops.Commands.Database;

/// <summary>Makes new statistics for the planner (ANALYZE), several tables at once.</summary>
[Cmdlet(VerbsData.Update, "CivicQStatistics", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(MaintenanceResult))]
public sealed class UpdateCivicQStatisticsCommand : MaintenanceCmdlet
{
    /// <summary>Only tables whose statistics are missing, or older than autovacuum would have them.</summary>
    [Parameter]
    public SwitchParameter StaleOnly { get; set; }

    /// <inheritdoc/>
    protected override Task<MaintenancePlan> PlanAsync(
        EnvironmentContext context, string? database, IReadOnlyList<MaintenanceTarget> targets, CancellationToken cancellationToken) =>
        VacuumPlanner.AnalyzeAsync(context, database, targets, StaleOnly, Limits, cancellationToken);
}
