using System.Collections.Concurrent;
using System.Management.Automation;

namespace CivicQ.Ops.Pipeline;

/// <summary>Collects what one run of a cmdlet changes, for the journal.</summary>
/// <param name="cmdlet">The cmdlet.</param>
internal sealed class ChangeRecord(PSCmdlet cmdlet)
{
    private readonly ConcurrentQueue<(string Target, string Action, string? Environment)> changes = [];
    private readonly ConcurrentQueue<string> errors = [];

    /// <summary>A change was agreed to.</summary>
    public void Approved(string target, string action, string? environment) => changes.Enqueue((target, action, environment));

    /// <summary>Something failed.</summary>
    public void Failed(ErrorRecord error) => errors.Enqueue(error.FullyQualifiedErrorId);

    /// <summary>The run is over; the entry is written once.</summary>
    public void Complete(bool stopped)
    {
        _ = (cmdlet, stopped);
        changes.Clear();
        errors.Clear();
    }
}
