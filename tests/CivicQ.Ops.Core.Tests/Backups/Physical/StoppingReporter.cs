using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Tests.Backups.Physical;

/// <summary>Stops an operation when it reports for the so-manieth time, whatever it does just then; and keeps what it said.</summary>
internal sealed class StoppingReporter(CancellationTokenSource? stop, long after) : IOperationReporter
{
    private long reports;

    public List<string> Said { get; } = [];

    public void Verbose(string message) => Keep(message);

    public void Debug(string message) => Keep(message);

    public void Warning(string message) => Keep("WARNING: " + message);

    public void Progress(ProgressReport report)
    {
        if (Interlocked.Increment(ref reports) > after)
        {
            stop?.Cancel();
        }
    }

    private void Keep(string message)
    {
        lock (Said)
        {
            Said.Add(message);
        }
    }
}
