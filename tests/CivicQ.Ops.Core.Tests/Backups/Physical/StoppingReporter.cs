using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Tests.Backups.Physical;

/// <summary>Stops an operation when it reports for the so-manieth time, or says some words; and keeps what it said.</summary>
internal sealed class StoppingReporter(CancellationTokenSource? stop, long after, string? words = null) : IOperationReporter
{
    private long reports;

    public List<string> Said { get; } = [];

    /// <summary>What else happens then, once.</summary>
    public Action? Then { get; init; }

    public void Verbose(string message) => Keep(message);

    public void Debug(string message) => Keep(message);

    public void Warning(string message) => Keep("WARNING: " + message);

    public void Progress(ProgressReport report)
    {
        var number = Interlocked.Increment(ref reports);
        if (number > after)
        {
            stop?.Cancel();
        }

        if (number == after + 1)
        {
            Then?.Invoke();
        }

        Keep(report.Activity + ": " + report.Status);
    }

    private void Keep(string message)
    {
        lock (Said)
        {
            Said.Add(message);
        }

        if (words is not null && message.Contains(words, StringComparison.Ordinal))
        {
            stop?.Cancel();
        }
    }
}
