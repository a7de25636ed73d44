using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Storage.Versions;

namespace CivicQ.Ops.Commands.Storage;

/// <summary>Asks about each object that would change, has several changed at once, and tells what became of each.</summary>
/// <param name="restorer">The bucket.</param>
/// <param name="parallel">How many at once.</param>
/// <param name="ask">Asks whether to go ahead: target, action, environment.</param>
/// <param name="isWhatIf">Whether a plan alone was asked for.</param>
/// <param name="write">Writes an object.</param>
/// <param name="report">Reports an error and what it happened to.</param>
internal sealed class RestoreRun(
    ObjectRestorer restorer, int parallel, Func<string, string, string?, Task<bool>> ask, Func<Task<bool>> isWhatIf,
    Func<object, CancellationToken, ValueTask> write, Action<Exception, object?> report)
{
    private readonly List<Task> running = [];

    /// <summary>One object.</summary>
    public async Task OneAsync(string key, string? versionId, CancellationToken cancellationToken)
    {
        await StepAsync(await restorer.PlanAsync(key, versionId, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(false);
    }

    /// <summary>All objects of a prefix that were others at a moment.</summary>
    public async Task PrefixAsync(string prefix, DateTimeOffset moment, bool removeNewer, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var step in restorer.PlanAsync(prefix, moment, removeNewer, cancellationToken).ConfigureAwait(false))
            {
                while (running.Count >= parallel)
                {
                    var done = await Task.WhenAny(running).ConfigureAwait(false);
                    running.Remove(done);
                    await done.ConfigureAwait(false);
                }

                await StepAsync(step, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            // Also after a listing that broke: what was agreed to is under way.
            await Task.WhenAll(running).ConfigureAwait(false);
        }
    }

    private async Task StepAsync(ObjectRestoreStep step, CancellationToken cancellationToken)
    {
        var target = $"{step.Latest.Bucket}/{step.Latest.Key}";
        if (step.Refusal is { } refusal)
        {
            await FailAsync(step, new OperationException(refusal, step.Action, target), target, cancellationToken).ConfigureAwait(false);
        }
        else if (!step.IsChange)
        {
            await write(step.Result(step.Outcome, step.Action), cancellationToken).ConfigureAwait(false);
        }
        else if (await ask($"{target} of environment '{step.Latest.Environment}'", step.Action, step.Latest.Environment).ConfigureAwait(false))
        {
            running.Add(RunAsync(step, target, cancellationToken));
        }
        else if (await isWhatIf().ConfigureAwait(false))
        {
            await write(step.Result(ObjectRestoreOutcome.Planned, step.Action + "."), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RunAsync(ObjectRestoreStep step, string target, CancellationToken cancellationToken)
    {
        try
        {
            await write(await restorer.RunAsync(step, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException error)
        {
            await FailAsync(step, error, target, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task FailAsync(ObjectRestoreStep step, OperationException error, string target, CancellationToken cancellationToken)
    {
        await write(step.Result(ObjectRestoreOutcome.Failed, error.Message), cancellationToken).ConfigureAwait(false);
        report(error, target);
    }
}
