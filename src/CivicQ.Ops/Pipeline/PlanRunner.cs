using CivicQ.Ops.Core.Database.Maintenance;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Pipeline;

/// <summary>Shows a maintenance plan, asks whether to go ahead, and has it done.</summary>
/// <param name="reporter">The cmdlet's messages.</param>
/// <param name="write">Writes an object.</param>
/// <param name="report">Reports an error and what it happened to.</param>
/// <param name="ask">Asks whether to go ahead: target, action, environment.</param>
internal sealed class PlanRunner(
    IOperationReporter reporter, Func<object, CancellationToken, ValueTask> write, Action<Exception, object?> report, Func<string, string, string?, Task<bool>> ask)
{
    /// <summary>Does it, and closes the plan.</summary>
    public async Task RunAsync(MaintenancePlan plan, string environment, CancellationToken cancellationToken)
    {
        await using var closing = plan.ConfigureAwait(false);
        foreach (var missing in plan.Missing)
        {
            report(missing, null);
        }

        if (plan.Count == 0)
        {
            reporter.Verbose($"There is nothing to do in database '{plan.Database}' of environment '{environment}': {plan.Action}.");
            return;
        }

        foreach (var name in plan.Names)
        {
            reporter.Verbose($"{plan.Action}: {name}");
        }

        var target = plan.Target;
        if (await ask(target, plan.Action, environment).ConfigureAwait(false))
        {
            await plan.RunAsync((result, token) => WriteAsync(result, target, token), cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask WriteAsync(MaintenanceResult result, string target, CancellationToken cancellationToken)
    {
        await write(result, cancellationToken).ConfigureAwait(false);
        if (result.Outcome == MaintenanceOutcome.Failed)
        {
            var name = $"{result.Schema}.{result.Index ?? result.Table}";
            report(new OperationException(MaintenanceErrors.Failed, $"{result.Action} of {name} in '{result.Database}' failed: {result.Reason}", name), target);
        }
    }
}
