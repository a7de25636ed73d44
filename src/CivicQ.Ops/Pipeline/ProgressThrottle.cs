using System.Management.Automation;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Pipeline;

/// <summary>Lets at most four progress reports a second through, and always the last one of an activity.</summary>
internal sealed class ProgressThrottle
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private readonly Dictionary<string, (int Id, long Last)> activities = new(StringComparer.Ordinal);
    private readonly object gate = new();

    /// <summary>Makes PowerShell's record of the report, or <see langword="null"/> where it comes too soon.</summary>
    public ProgressRecord? Record(ProgressReport report)
    {
        int id;
        lock (gate)
        {
            var known = activities.TryGetValue(report.Activity, out var entry);
            var now = Environment.TickCount64;
            if (known && !report.Completed && now - entry.Last < Interval.TotalMilliseconds)
            {
                return null;
            }

            id = known ? entry.Id : activities.Count + 1;
            activities[report.Activity] = (id, now);
        }

        return new ProgressRecord(id, report.Activity, report.Status.Length > 0 ? report.Status : " ")
        {
            PercentComplete = report.Fraction is { } fraction ? (int)(Math.Clamp(fraction, 0, 1) * 100) : -1,
            SecondsRemaining = report.Remaining is { } remaining ? (int)remaining.TotalSeconds : -1,
            RecordType = report.Completed ? ProgressRecordType.Completed : ProgressRecordType.Processing,
        };
    }
}
