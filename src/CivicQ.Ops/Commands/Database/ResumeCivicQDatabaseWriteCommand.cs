using System.Management.Automation;
using CivicQ.Ops.Core.Database.Termination;

namespace CivicQ.Ops.Commands.Database;

/// <summary>Lets a database take writes again: its setting is what it was, and sessions that began read-only are ended.</summary>
[Cmdlet(VerbsLifecycle.Resume, "CivicQDatabaseWrite", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(DatabaseWriteState))]
public sealed class ResumeCivicQDatabaseWriteCommand : WriteGuardCmdlet
{
    /// <summary>Takes the setting away where this machine does not know what was before.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    private protected override string Change => "Put default_transaction_read_only back to what it was";

    /// <inheritdoc/>
    private protected override void Check(WriteGuard guard) => guard.EnsureKnown(Force);

    /// <inheritdoc/>
    private protected override Task<DatabaseWriteState> ChangeAsync(WriteGuard guard, CancellationToken cancellationToken) =>
        guard.ResumeAsync(KeepSession, Force, cancellationToken);
}
