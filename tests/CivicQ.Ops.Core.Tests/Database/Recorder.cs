using System.Collections.Concurrent;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Tests.Database;

/// <summary>Keeps what an operation says.</summary>
internal sealed class Recorder : IOperationReporter
{
    public ConcurrentQueue<string> All { get; } = [];

    public ConcurrentQueue<string> Warnings { get; } = [];

    public ConcurrentQueue<ProgressReport> Reports { get; } = [];

    public void Verbose(string message) => All.Enqueue(message);

    public void Debug(string message) => All.Enqueue(message);

    public void Warning(string message)
    {
        All.Enqueue(message);
        Warnings.Enqueue(message);
    }

    public void Progress(ProgressReport report)
    {
        All.Enqueue($"{report.Activity} {report.Status}");
        Reports.Enqueue(report);
    }
}
