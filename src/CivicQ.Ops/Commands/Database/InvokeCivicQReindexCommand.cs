using System.Management.Automation;
using CivicQ.Ops.Core.Database.Maintenance;
using CivicQ.Ops.Core.Environments;

namespace CivicQ.Ops.Commands.Database;

/// <summary>Builds indexes anew, concurrently unless told otherwise, and drops what earlier failures left behind.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "CivicQReindex", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(MaintenanceResult))]
public sealed class InvokeCivicQReindexCommand : MaintenanceCmdlet
{
    private const double PatientSeconds = 30;

    /// <summary>Creates the cmdlet.</summary>
    public InvokeCivicQReindexCommand() => LockTimeoutSeconds = PatientSeconds;

    /// <summary>The indexes, by their exact names; all of the tables without it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[]? Index { get; set; }

    /// <summary>Only indexes that no query may use.</summary>
    [Parameter]
    public SwitchParameter InvalidOnly { get; set; }

    /// <summary>Rebuilds in place: quicker, and writes to the table wait meanwhile.</summary>
    [Parameter]
    public SwitchParameter Offline { get; set; }

    /// <inheritdoc/>
    private protected override string[]? Indexes => Index;

    /// <inheritdoc/>
    protected override Task<MaintenancePlan> PlanAsync(
        EnvironmentContext context, string? database, IReadOnlyList<MaintenanceTarget> targets, CancellationToken cancellationToken) =>
        ReindexPlanner.PlanAsync(context, database, targets, new ReindexOptions { Offline = Offline, InvalidOnly = InvalidOnly, Limits = Limits }, cancellationToken);
}
