using System.Collections.Concurrent;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Tests.Web;

/// <summary>Remembers all that is said.</summary>
public sealed class RecordingReporter : IOperationReporter
{
    public ConcurrentQueue<string> Warnings { get; } = [];

    public ConcurrentQueue<string> All { get; } = [];

    public void Verbose(string message) => All.Enqueue(message);

    public void Debug(string message) => All.Enqueue(message);

    public void Warning(string message)
    {
        All.Enqueue(message);
        Warnings.Enqueue(message);
    }

    public void Progress(ProgressReport report) => All.Enqueue(report.Status);
}
