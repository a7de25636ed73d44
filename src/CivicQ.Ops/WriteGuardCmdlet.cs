using System.Management.Automation;
using CivicQ.Ops.Core.Database.Termination;
using CivicQ.Ops.Core.Environments;

namespace CivicQ.Ops;

/// <summary>What suspending writes and resuming them have in common.</summary>
public abstract class WriteGuardCmdlet : DatabaseCmdlet
{
    private const int Shown = 20;

    /// <summary>Leaves the present sessions as they are; by default they are ended, so that they begin anew with the setting.</summary>
    [Parameter]
    public SwitchParameter KeepSession { get; set; }

    /// <summary>What is done to the setting.</summary>
    private protected abstract string Change { get; }

    /// <summary>Checks what must be so before anything is asked.</summary>
    private protected abstract void Check(WriteGuard guard);

    /// <summary>Does it.</summary>
    private protected abstract Task<DatabaseWriteState> ChangeAsync(WriteGuard guard, CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var guard = await WriteGuard.OpenAsync(context, Database, cancellationToken).ConfigureAwait(false);
        await using var closing = guard.ConfigureAwait(false);
        Check(guard);
        var sessions = KeepSession ? [] : guard.Sessions;
        var list = string.Join("; ", sessions.Take(Shown).Select(session => session.Description));
        var ends = sessions.Count == 0 ? "" : $", and end {sessions.Count} session{(sessions.Count == 1 ? "" : "s")}: {list}{(sessions.Count > Shown ? "; …" : "")}";
        if (await ShouldProcessAsync($"database '{guard.Database}' of environment '{context.Name}'", Change + ends, context.Name).ConfigureAwait(false))
        {
            var state = await ChangeAsync(guard, cancellationToken).ConfigureAwait(false);
            foreach (var role in state.Overrides)
            {
                Reporter.Warning($"The role '{role}' has a setting of its own for default_transaction_read_only, which wins over the database's.");
            }

            await WriteAsync(state, cancellationToken).ConfigureAwait(false);
        }
    }
}
