using System.Management.Automation;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Texts;

namespace CivicQ.Ops.Pipeline;

/// <summary>Core's reporter over PowerShell's streams.</summary>
/// <param name="cmdlet">The cmdlet that speaks.</param>
/// <param name="post">Has something called on the pipeline thread.</param>
internal sealed class PipelineReporter(Cmdlet cmdlet, Action<Action> post) : IOperationReporter
{
    private readonly ProgressThrottle throttle = new();

    /// <inheritdoc/>
    public void Verbose(string message) => post(() => cmdlet.WriteVerbose(OneLine.Of(message)));

    /// <inheritdoc/>
    public void Debug(string message) => post(() => cmdlet.WriteDebug(OneLine.Of(message)));

    /// <inheritdoc/>
    public void Warning(string message) => post(() => cmdlet.WriteWarning(OneLine.Of(message)));

    /// <inheritdoc/>
    public void Progress(ProgressReport report)
    {
        if (throttle.Record(report) is { } record)
        {
            post(() => cmdlet.WriteProgress(record));
        }
    }
}
