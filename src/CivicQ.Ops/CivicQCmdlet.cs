using System.Management.Automation;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Pipeline;
using CivicQ.Ops.Sessions;

namespace CivicQ.Ops;

/// <summary>
/// The base of all cmdlets: an asynchronous body beside PowerShell's pipeline thread. Output, messages and questions of the body are
/// written by the pipeline thread as they arrive; Ctrl+C cancels the body, and the body is always awaited.
/// </summary>
public abstract class CivicQCmdlet : PSCmdlet, IDisposable
{
    // Made with the cmdlet, not at first use: StopProcessing may come before anything ran.
    private readonly CancellationTokenSource stopping = new();
    private readonly ChangeRecord changes;
    private PipelineBridge? bridge;
    private bool stopRequested;

    /// <summary>Creates the cmdlet.</summary>
    protected CivicQCmdlet()
    {
        changes = new ChangeRecord(this);
        Reporter = new PipelineReporter(this, call => bridge?.Post(call));
    }

    /// <summary>What the session remembers: the connected environment and what goes with it.</summary>
    private protected CivicQSession Session { get; private set; } = new();

    /// <summary>Where operations speak: the verbose, debug, warning and progress streams.</summary>
    private protected IOperationReporter Reporter { get; }

    /// <summary>Work to do once, before the first input.</summary>
    /// <param name="cancellationToken">Cancelled by Ctrl+C.</param>
    /// <returns>The running work.</returns>
    protected virtual Task BeginAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Work to do for each input, or once where nothing is piped in.</summary>
    /// <param name="cancellationToken">Cancelled by Ctrl+C.</param>
    /// <returns>The running work.</returns>
    protected virtual Task ProcessAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Work to do once, after the last input.</summary>
    /// <param name="cancellationToken">Cancelled by Ctrl+C.</param>
    /// <returns>The running work.</returns>
    protected virtual Task EndAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends an object down the pipeline; waits while the pipeline is far behind.</summary>
    /// <param name="value">The object.</param>
    /// <param name="cancellationToken">Cancelled by Ctrl+C.</param>
    /// <returns>Completes when there is room for the next one.</returns>
    protected ValueTask WriteAsync(object value, CancellationToken cancellationToken) => bridge!.WriteAsync(value, cancellationToken);

    /// <summary>Sends objects down the pipeline as they come: those that are there already together, the others at once.</summary>
    /// <param name="values">The objects.</param>
    /// <param name="cancellationToken">Cancelled by Ctrl+C.</param>
    /// <returns>Completes after the last one.</returns>
    private protected async Task WriteAllAsync(IAsyncEnumerable<object> values, CancellationToken cancellationToken)
    {
        const int Together = 64;
        var waiting = new List<object>(Together);
        var coming = values.GetAsyncEnumerator(cancellationToken);
        await using var closing = coming.ConfigureAwait(false);
        while (true)
        {
            var next = coming.MoveNextAsync().AsTask();
            if (waiting.Count > 0 && (waiting.Count == Together || !next.IsCompletedSuccessfully))
            {
                // Both are awaited, whatever becomes of either: what is being read must have ended before it is closed.
                try
                {
                    await bridge!.WriteAllAsync(waiting, cancellationToken).ConfigureAwait(false);
                }
                catch
                {
                    await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    throw;
                }

                waiting = new List<object>(Together);
            }

            if (!await next.ConfigureAwait(false))
            {
                break;
            }

            waiting.Add(coming.Current);
        }

        if (waiting.Count > 0)
        {
            await bridge!.WriteAllAsync(waiting, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reports a failure that leaves the other targets alone.</summary>
    /// <param name="error">The exception; one of the catalogue keeps its identifier.</param>
    /// <param name="target">What it happened to.</param>
    protected void ReportError(Exception error, object? target = null)
    {
        var record = ErrorRecords.Create(error, target);
        changes.Failed(record);
        bridge!.Post(() => WriteError(record));
    }

    /// <summary>Whether this run reported an error: what could not be looked at has not passed its test.</summary>
    private protected bool HasReportedErrors => changes.HasFailed;

    /// <summary>The parameters as the journal keeps them, before secrets are masked. A cmdlet whose parameters hold more than that leaves it out here.</summary>
    private protected virtual IEnumerable<KeyValuePair<string, object>> JournalledParameters => MyInvocation.BoundParameters;

    /// <summary>Asks PowerShell whether to go ahead (<c>-WhatIf</c>, <c>-Confirm</c>). A yes is journalled with its outcome.</summary>
    /// <param name="target">The real thing that changes.</param>
    /// <param name="action">What is done to it.</param>
    /// <param name="environment">The environment that it belongs to, if any.</param>
    /// <returns>True to go ahead.</returns>
    /// <exception cref="OperationException"><c>JournalUnavailable</c>: the change could not be recorded, so it must not be made.</exception>
    protected async Task<bool> ShouldProcessAsync(string target, string action, string? environment = null)
    {
        var yes = await bridge!.AskAsync(() =>
        {
            changes.Describe(Session, JournalledParameters);
            return ShouldProcess(target, action);
        }).ConfigureAwait(false);
        if (yes)
        {
            changes.Approved(target, action, environment);
        }

        return yes;
    }

    /// <summary>
    /// Whether the cmdlet was asked for a plan alone: a question that was answered with no is no such request. To be asked on the pipeline thread.
    /// </summary>
    private protected bool IsWhatIf => MyInvocation.BoundParameters.TryGetValue("WhatIf", out var given)
        ? LanguagePrimitives.IsTrue(given)
        : LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"));

    /// <summary>Runs something on the pipeline thread, which alone may call PowerShell.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="question">The call.</param>
    /// <returns>Its answer.</returns>
    private protected Task<T> OnPipelineThreadAsync<T>(Func<T> question) => bridge!.AskAsync(question);

    /// <inheritdoc/>
    protected sealed override void BeginProcessing()
    {
        // Here, because the body runs on threads that have no runspace.
        Session = CivicQSession.Current;
        CurrentFolder.Set(SessionState?.Path.CurrentFileSystemLocation.ProviderPath);
        Run(BeginAsync);
    }

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Run(ProcessAsync);

    /// <inheritdoc/>
    protected sealed override void EndProcessing()
    {
        Run(EndAsync);
        try
        {
            changes.Complete(stopped: false);
        }
        catch (OperationException error)
        {
            WriteError(ErrorRecords.Create(error, error.Target));
        }
    }

    /// <inheritdoc/>
    protected sealed override void StopProcessing()
    {
        stopRequested = true;
        stopping.Cancel();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            // PowerShell disposes of a cmdlet whose EndProcessing never ran too: after Ctrl+C, after an error that ended it.
            // Nor does EndProcessing run where a later cmdlet wants no more (Select-Object -First): what was agreed to is done all the same
            // where the body had come to its end.
            changes.Complete(stopped: stopRequested || (bridge?.Completed != true && !changes.HasFailed));
        }
        catch (OperationException)
        {
            // Nobody can be told any more, and Dispose must not throw.
        }

        Dispose(disposing: true);
        bridge?.Dispose();
        stopping.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what a derived cmdlet holds.</summary>
    /// <param name="disposing">Always true.</param>
    protected virtual void Dispose(bool disposing)
    {
    }

    private void Run(Func<CancellationToken, Task> body)
    {
        using var mine = new PipelineBridge(this);
        bridge = mine;
        try
        {
            mine.Run(body, stopping);
        }
        catch (PipelineStoppedException)
        {
            throw;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (OperationException error)
        {
            var record = ErrorRecords.Create(error, error.Target);
            changes.Failed(record, terminating: true);
            ThrowTerminatingError(record);
        }
        catch (Exception error) when (!IsPowerShells(error))
        {
            // The body's failure, which nobody foresaw: with the catalogue's identifier and advice like any other.
            var record = ErrorRecords.Create(error, null);
            changes.Failed(record, terminating: true);
            ThrowTerminatingError(record);
        }
    }

    // PowerShell's own exceptions end pipelines for many reasons, and are its own to handle.
    private static bool IsPowerShells(Exception error) =>
        error.GetType().Namespace?.StartsWith("System.Management.Automation", StringComparison.Ordinal) == true;
}
