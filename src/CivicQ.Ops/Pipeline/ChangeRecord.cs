using System.Collections.Concurrent;
using System.Diagnostics;
using System.Management.Automation;
using CivicQ.Ops.Core.Journal;
using CivicQ.Ops.Sessions;

namespace CivicQ.Ops.Pipeline;

/// <summary>
/// Collects what one run of a cmdlet changes and writes the journal's entry: one a run, with the first change that was agreed to, none
/// without. Whether the journal can be written is found out before the first change, so that nothing is changed unrecorded.
/// </summary>
/// <param name="cmdlet">The cmdlet.</param>
internal sealed class ChangeRecord(PSCmdlet cmdlet)
{
    private readonly ConcurrentQueue<JournalChange> changes = [];
    private readonly ConcurrentQueue<(string Id, string? Target)> errors = [];
    private readonly object gate = new();
    private DateTimeOffset started;
    private long clock;
    private string name = "";
    private string correlation = "";
    private IReadOnlyDictionary<string, string> parameters = new Dictionary<string, string>();
    private JournalWriter? writer;
    private bool completed;
    private volatile bool ended;

    /// <summary>Notes who asks for the change. On the pipeline thread, before <see cref="Approved"/>.</summary>
    /// <param name="session">The runspace's session.</param>
    /// <param name="bound">Its parameters.</param>
    public void Describe(CivicQSession session, IEnumerable<KeyValuePair<string, object>> bound)
    {
        if (name.Length > 0)
        {
            return;
        }

        var invocation = cmdlet.MyInvocation;
        parameters = JournalParameters.Of(bound);
        correlation = $"{session.Id}-{invocation.HistoryId}";
        name = invocation.MyCommand?.Name is { Length: > 0 } command ? command : cmdlet.GetType().Name;
    }

    /// <summary>A change was agreed to, and is about to be made.</summary>
    /// <exception cref="Core.Errors.OperationException"><c>JournalUnavailable</c>: it must not be made.</exception>
    public void Approved(string target, string action, string? environment)
    {
        lock (gate)
        {
            if (writer is null)
            {
                var candidate = new JournalWriter(JournalFiles.DefaultPath());
                candidate.EnsureWritable();
                writer = candidate;
                started = DateTimeOffset.UtcNow;
                clock = Stopwatch.GetTimestamp();
            }
        }

        changes.Enqueue(new JournalChange(target, action, environment));
    }

    /// <summary>True after the first failure.</summary>
    public bool HasFailed => !errors.IsEmpty;

    /// <summary>Something failed.</summary>
    /// <param name="error">The error.</param>
    /// <param name="terminating">True where it ended the run.</param>
    public void Failed(ErrorRecord error, bool terminating = false)
    {
        errors.Enqueue((Id(error.FullyQualifiedErrorId), error.TargetObject?.ToString()));
        ended |= terminating;
    }

    /// <summary>The run is over; the entry is written once, by whoever comes first.</summary>
    /// <param name="stopped">True when it did not come to its own end.</param>
    /// <exception cref="Core.Errors.OperationException"><c>JournalEntryNotWritten</c>.</exception>
    public void Complete(bool stopped)
    {
        lock (gate)
        {
            if (completed || writer is null || changes.IsEmpty)
            {
                return;
            }

            completed = true;
            writer.Append(new JournalRecord
            {
                Time = started,
                Cmdlet = name,
                Changes = [.. changes],
                Outcome = stopped ? JournalOutcome.Stopped : Outcome(),
                ErrorIds = [.. errors.Select(error => error.Id)],
                Duration = Stopwatch.GetElapsedTime(clock),
                Parameters = parameters,
                CorrelationId = correlation,
            });
        }
    }

    // An error belongs to the change of its target, or to one change of its environment. One of something else (a name that fits
    // nothing) leaves the changes that were made alone; one that ended the run was the last change's.
    private JournalOutcome Outcome()
    {
        if (errors.IsEmpty)
        {
            return JournalOutcome.Succeeded;
        }

        static bool Same(string? a, string? b) => a is not null && string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
        var exact = changes.Count(change => errors.Any(error => Same(error.Target, change.Target)));
        var others = errors.Count(error => !changes.Any(change => Same(error.Target, change.Target)) && changes.Any(change => Same(error.Target, change.Environment)));
        var failed = exact + others;
        return (ended ? Math.Max(1, failed) : failed) >= changes.Count ? JournalOutcome.Failed : JournalOutcome.PartlyFailed;
    }

    // PowerShell puts the cmdlet's class behind the identifier.
    private static string Id(string fullyQualified) => fullyQualified.Split(',')[0];
}
