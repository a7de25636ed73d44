using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Journal;
using CivicQ.Ops.Core.Lab;

namespace CivicQ.Ops.Core.Drills;

/// <summary>Finds in the journal what mended a drill.</summary>
internal static class DrillJournal
{
    /// <summary>The last change of the lab by one of the drill's remedies.</summary>
    /// <param name="drill">The drill.</param>
    /// <param name="from">When it was started.</param>
    /// <param name="until">When it was seen to be gone.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The cmdlet and the moment of its end; <see langword="null"/> where the journal has none, or cannot be read.</returns>
    public static async Task<(string Cmdlet, DateTimeOffset Moment)?> FindAsync(
        DrillDescription drill, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var query = new JournalQuery
        {
            Since = from,
            Until = until,
            Environment = name => name is LabEnvironment.Name or LabEnvironment.ReplicaName,
            Cmdlet = name => drill.RemedyCmdlets.Contains(name, StringComparer.OrdinalIgnoreCase),
        };
        (string, DateTimeOffset)? last = null;
        try
        {
            await foreach (var item in JournalReader.ReadAsync(JournalFiles.DefaultPath(), query, cancellationToken).ConfigureAwait(false))
            {
                if (item.Entry is { } entry && Mentions(entry, drill.RemedyTrace))
                {
                    var end = entry.Time + entry.Duration;
                    last = (entry.Cmdlet, end < until ? end : until);
                }
            }
        }
        catch (OperationException)
        {
            // The journal has its own cmdlets that tell what is wrong with it.
        }

        return last;
    }

    // A target that names the first of many only may be any.
    private static bool Mentions(JournalEntry entry, string? trace) =>
        trace is null || entry.ChangesOmitted > 0
        || entry.Changes.Any(change => change.Target.Contains(trace, StringComparison.Ordinal) || change.Target.EndsWith('…'));
}
