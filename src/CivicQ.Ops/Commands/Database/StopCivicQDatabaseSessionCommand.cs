using System.Management.Automation;
using CivicQ.Ops.Core.Database.Termination;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Commands.Database;

/// <summary>Cancels statements or ends sessions, by number or by what they have been doing for too long, and looks whether they are gone.</summary>
[Cmdlet(VerbsLifecycle.Stop, "CivicQDatabaseSession", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(SessionStopResult))]
public sealed class StopCivicQDatabaseSessionCommand : CollectingCmdlet<(int ProcessId, DateTimeOffset? Start)>
{
    /// <summary>The servers' processes.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0, int.MaxValue)]
    [ArgumentCompleter(typeof(Completers.DatabaseProcessCompleter))]
    public int[]? ProcessId { get; set; }

    /// <summary>When the process started: a number that another session has by now is then not mistaken for it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public DateTimeOffset? BackendStart { get; set; }

    /// <summary>Sessions that have waited for their client for longer than this, outside a transaction.</summary>
    [Parameter]
    public TimeSpan? IdleLongerThan { get; set; }

    /// <summary>Sessions whose statement has run for longer than this.</summary>
    [Parameter]
    public TimeSpan? RunningLongerThan { get; set; }

    /// <summary>Sessions that have waited for their client for longer than this, within a transaction.</summary>
    [Parameter]
    public TimeSpan? IdleInTransactionLongerThan { get; set; }

    /// <summary>Only sessions of these roles.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? User { get; set; }

    /// <summary>Only sessions of these applications, by their exact names.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Application { get; set; }

    /// <summary>Only sessions of this database; of all without it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.DatabaseCompleter))]
    public string? Database { get; set; }

    /// <summary>Cancel the statement, end the session, or the one after the other.</summary>
    [Parameter]
    public SessionStopMode Mode { get; set; }

    /// <summary>How long a cancelled statement may take to stop before its session is ended.</summary>
    [Parameter]
    [ValidateRange(0.0, 86400)]
    public double GraceSeconds { get; set; } = 5;

    /// <summary>How long a session that was ended may take to be gone.</summary>
    [Parameter]
    [ValidateRange(0.1, 86400)]
    public double TimeoutSeconds { get; set; } = 10;

    // What comes by the pipeline is bound only later.
    private bool isTyped;

    /// <inheritdoc/>
    protected override Task BeginAsync(CancellationToken cancellationToken)
    {
        isTyped = MyInvocation.BoundParameters.ContainsKey(nameof(ProcessId));
        // A bare number becomes ticks of 100 ns, and so short a time fits every session there is.
        if (new[] { IdleLongerThan, RunningLongerThan, IdleInTransactionLongerThan }.Any(limit => limit < TimeSpan.FromMilliseconds(1)))
        {
            throw new OperationException(MaintenanceErrors.StopConditionTooShort, "A time of less than a millisecond would fit every session.");
        }

        return base.BeginAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override Task<IReadOnlyList<(int ProcessId, DateTimeOffset? Start)>> CollectAsync(CancellationToken cancellationToken)
    {
        var hasLimit = (IdleLongerThan ?? RunningLongerThan ?? IdleInTransactionLongerThan) is not null;
        if (ProcessId is null && (!hasLimit || MyInvocation.ExpectingInput))
        {
            throw new OperationException(MaintenanceErrors.StopConditionMissing, "Nothing says which sessions are meant.");
        }

        return Task.FromResult<IReadOnlyList<(int, DateTimeOffset?)>>([.. (ProcessId ?? []).Select(number => (number, BackendStart))]);
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var condition = new SessionCondition
        {
            IdleLongerThan = IdleLongerThan, RunningLongerThan = RunningLongerThan, IdleInTransactionLongerThan = IdleInTransactionLongerThan,
            Database = Database, Users = User, Applications = Application,
        };
        var options = new SessionStopOptions { Mode = Mode, Grace = TimeSpan.FromSeconds(GraceSeconds), Timeout = TimeSpan.FromSeconds(TimeoutSeconds) };
        var named = Batch.Count == 0 ? null : Batch.GroupBy(one => one.ProcessId).ToDictionary(one => one.Key, one => one.Last().Start);
        var stopper = await SessionStopper.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var closing = stopper.ConfigureAwait(false);
        List<SessionCandidate> agreed = [];
        var targets = new Dictionary<int, string>();
        var way = named is null ? SessionChoice.Condition : isTyped ? SessionChoice.Typed : SessionChoice.Piped;
        if (named is null && await stopper.HiddenAsync(condition, cancellationToken).ConfigureAwait(false) is > 0 and var hidden)
        {
            Reporter.Warning(DatabaseWarnings.Hidden(context.Name, $"what {hidden} sessions of other roles do, so no limit of time finds them"));
        }

        foreach (var session in await stopper.FindAsync(condition, named, way, cancellationToken).ConfigureAwait(false))
        {
            if (stopper.Known(session, options) is { } known)
            {
                await WriteAsync(known, cancellationToken).ConfigureAwait(false);
            }
            else if (await ShouldProcessAsync(session.Description, Mode.ToString(), context.Name).ConfigureAwait(false))
            {
                agreed.Add(session);
                targets[session.ProcessId] = session.Description;
            }
        }

        await stopper.StopAsync(agreed, condition, options, (result, token) => ReportAsync(result, targets[result.ProcessId], token), cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask ReportAsync(SessionStopResult result, string target, CancellationToken cancellationToken)
    {
        await WriteAsync(result, cancellationToken).ConfigureAwait(false);
        if (result.Outcome is SessionStopOutcome.NotPermitted or SessionStopOutcome.StillThere)
        {
            var definition = result.Outcome == SessionStopOutcome.NotPermitted ? MaintenanceErrors.SessionNotPermitted : MaintenanceErrors.SessionStillThere;
            ReportError(new OperationException(definition, $"Process {result.ProcessId} of environment '{result.Environment}': {result.Reason}", target), target);
        }
    }
}
