using System.Management.Automation;
using CivicQ.Ops.Core.Database.Termination;

namespace CivicQ.Ops.Commands.Database;

/// <summary>Stops all writes to a database: new sessions begin read-only, and the present ones are ended.</summary>
[Cmdlet(VerbsLifecycle.Suspend, "CivicQDatabaseWrite", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(DatabaseWriteState))]
public sealed class SuspendCivicQDatabaseWriteCommand : WriteGuardCmdlet
{
    /// <inheritdoc/>
    private protected override string Change => "Set default_transaction_read_only to on";

    /// <inheritdoc/>
    private protected override void Check(WriteGuard guard)
    {
    }

    /// <inheritdoc/>
    private protected override Task<DatabaseWriteState> ChangeAsync(WriteGuard guard, CancellationToken cancellationToken) =>
        guard.SuspendAsync(KeepSession, cancellationToken);
}
