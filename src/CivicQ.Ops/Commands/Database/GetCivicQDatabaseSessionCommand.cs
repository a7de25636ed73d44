using System.Globalization;
using System.Management.Automation;
using CivicQ.Ops.Core.Database.Sessions;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Commands.Database;

/// <summary>Lists the sessions of a PostgreSQL server: who is connected, since when, what they do and what they wait for.</summary>
[Cmdlet(VerbsCommon.Get, "CivicQDatabaseSession")]
[OutputType(typeof(DatabaseSession))]
public sealed class GetCivicQDatabaseSessionCommand : EnvironmentCmdlet
{
    /// <summary>Only sessions in these states.</summary>
    [Parameter(Position = 0)]
    public DatabaseSessionState[]? State { get; set; }

    /// <summary>Only sessions that have been in their state for at least so long.</summary>
    [Parameter]
    public TimeSpan? OlderThan { get; set; }

    /// <summary>Only sessions that wait for a lock which another one has.</summary>
    [Parameter]
    public SwitchParameter Blocked { get; set; }

    /// <summary>Only sessions of these roles; wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? User { get; set; }

    /// <summary>Only sessions of clients that call themselves so; wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Application { get; set; }

    /// <summary>Only sessions in these databases of the server; wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.DatabaseCompleter))]
    public string[]? Database { get; set; }

    /// <summary>Only the sessions of these processes.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(Completers.DatabaseProcessCompleter))]
    public int[]? ProcessId { get; set; }

    /// <summary>Also the server's own processes, replication, and the session that asks.</summary>
    [Parameter]
    public SwitchParameter IncludeBackground { get; set; }

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var filter = new SessionFilter
        {
            States = State, OlderThan = OlderThan, Blocked = Blocked, Users = User, Applications = Application, Databases = Database, ProcessIds = ProcessId,
            // Whoever names a process means it, whatever it is.
            IncludeBackground = IncludeBackground || ProcessId is not null,
        };
        var (hidden, found) = (false, new HashSet<int>());
        Session.DatabaseNames.ForgetProcesses();
        await foreach (var session in SessionReader.ReadAsync(context, filter, cancellationToken).ConfigureAwait(false))
        {
            Session.DatabaseNames.NoteDatabase(session.Database);
            Session.DatabaseNames.NoteProcess(session.ProcessId, $"{session.User}@{session.Database} {session.Application} {session.State}");
            hidden |= session.IsHidden;
            found.Add(session.ProcessId);
            await WriteAsync(session, cancellationToken).ConfigureAwait(false);
        }

        if (hidden)
        {
            Reporter.Warning(DatabaseWarnings.Hidden(context.Name, "what other roles' sessions do"));
        }

        foreach (var missing in (ProcessId ?? []).Where(id => !found.Contains(id) && State is null && OlderThan is null && !Blocked))
        {
            ReportError(new OperationException(
                DatabaseErrors.SessionNotFound, $"{context.Name}: no session has the process {missing}.", missing.ToString(CultureInfo.InvariantCulture)), context.Name);
        }
    }
}
