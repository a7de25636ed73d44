using System.Management.Automation;
using CivicQ.Ops.Core.Database.Locks;
using CivicQ.Ops.Core.Environments;

namespace CivicQ.Ops.Commands.Database;

/// <summary>Shows who waits for whose lock, as trees: the session that blocks, those who wait for it, and those who wait for them.</summary>
[Cmdlet(VerbsCommon.Get, "CivicQDatabaseLock")]
[OutputType(typeof(DatabaseLock))]
public sealed class GetCivicQDatabaseLockCommand : EnvironmentCmdlet
{
    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var (any, hidden) = (false, false);
        Session.DatabaseNames.ForgetProcesses();
        await foreach (var one in LockReader.ReadAsync(context, cancellationToken).ConfigureAwait(false))
        {
            any = true;
            hidden |= one is { ProcessId: > 0, Query: null };
            Session.DatabaseNames.NoteProcess(one.ProcessId, $"{one.User}@{one.Database} {(one.IsRoot ? "blocks" : "waits")}");
            await WriteAsync(one, cancellationToken).ConfigureAwait(false);
        }

        if (hidden)
        {
            Reporter.Warning(DatabaseWarnings.Hidden(context.Name, "other roles' statements"));
        }

        if (!any)
        {
            Reporter.Verbose($"{context.Name}: nobody waits for a lock.");
        }
    }
}
