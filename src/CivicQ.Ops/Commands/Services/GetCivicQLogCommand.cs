using System.Collections.Concurrent;
using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Logs.Entries;
using CivicQ.Ops.Core.Services;
using CivicQ.Ops.Core.Services.Logs;
using CivicQ.Ops.Pipeline;

namespace CivicQ.Ops.Commands.Services;

/// <summary>Reads the logs of services as objects, all instances merged in the order of time.</summary>
[Cmdlet(VerbsCommon.Get, "CivicQLog")]
[OutputType(typeof(LogEntry))]
public sealed class GetCivicQLogCommand : ServiceInstanceCmdlet
{
    private readonly ConcurrentDictionary<EnvironmentContext, Func<IAsyncEnumerable<LogEntry>, CancellationToken, Task>> outlets = [];
    private EnvironmentLogs? merged;

    /// <summary>Only what was written since: a duration (<c>00:30:00</c>, <c>30m</c>) or a time.</summary>
    [Parameter]
    public LogMoment? Since { get; set; }

    /// <summary>Only what was written before: a duration before now, or a time. Ends the following, too.</summary>
    [Parameter]
    public LogMoment? Until { get; set; }

    /// <summary>Only the last so many lines of each instance, before level and expression choose among them.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? Tail { get; set; }

    /// <summary>The lowest level. Lines that have none are left out then.</summary>
    [Parameter]
    public LogEntryLevel Level { get; set; }

    /// <summary>A regular expression that the entry's lines, as written, must match; regardless of case.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Match { get; set; }

    /// <summary>The containers, where instances have several; wildcards are allowed. The main one without it.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.ServiceContainerCompleter))]
    public string[]? Container { get; set; }

    /// <summary>Goes on with what is written from now on, through restarts and by new instances too, until stopped.</summary>
    [Parameter]
    public SwitchParameter Follow { get; set; }

    /// <summary>The run of the container before its last restart (Kubernetes; Compose keeps all runs in one log).</summary>
    [Parameter]
    public SwitchParameter Previous { get; set; }

    /// <inheritdoc/>
    protected override Task BeginAsync(CancellationToken cancellationToken) => Follow && Previous
        ? throw new OperationException(LogErrors.PreviousFollowed, "A run that is over cannot be followed: -Previous and -Follow exclude each other.")
        : base.BeginAsync(cancellationToken);

    /// <summary>Logs that end are merged across environments, where all may be read at once.</summary>
    private protected override async Task RunAllAsync(int count, Func<Task> run, CancellationToken cancellationToken)
    {
        merged = null;
        if (Follow || count < 2 || count > ThrottleLimit)
        {
            await run().ConfigureAwait(false);
            return;
        }

        merged = new EnvironmentLogs(count);
        var writing = WriteAllAsync(merged.ReadAsync(cancellationToken), cancellationToken);
        try
        {
            await run().ConfigureAwait(false);
        }
        finally
        {
            // Where the run was cancelled, so is this.
            await writing.ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        if (merged is null)
        {
            await base.RunAsync(context, cancellationToken).ConfigureAwait(false);
            return;
        }

        await merged.EnterAsync(async write =>
        {
            outlets[context] = write;
            await base.RunAsync(context, cancellationToken).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    private protected override async Task RunAsync(EnvironmentContext context, IServiceHost host, IReadOnlyList<ServiceInfo> services, CancellationToken cancellationToken)
    {
        var names = Batch.Any(target => target.Instance is null) ? [] : Batch.Select(target => target.Instance!).ToArray();
        if (names.Length > 0)
        {
            // Tells of names that nothing has.
            await InstancesAsync(host, services, cancellationToken).ConfigureAwait(false);
        }

        var selection = new LogSelection
        {
            Since = Since?.Time,
            Until = Until?.Time,
            Tail = Tail,
            Follow = Follow,
            Level = Level,
            Match = Match is null ? null : LogMatch.Parse(Match),
            Instance = names.Length == 0 ? null : instance => ServiceSelection.Select(host, [instance], names, static _ => { }).Count > 0,
            Container = Container is null ? null : NameFilter.Of(Container).Fits,
            Previous = Previous,
        };
        var merger = new LogMerger(host, selection, Reporter, ReportError);
        await (outlets.GetValueOrDefault(context) ?? WriteAllAsync)(merger.ReadAsync(services, cancellationToken), cancellationToken).ConfigureAwait(false);
    }
}
