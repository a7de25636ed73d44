using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Procedures.DailyCheck;

namespace CivicQ.Ops.Commands.Procedures;

/// <summary>Runs the manual's morning checklist: its nine steps, all at once, given in its order.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "CivicQDailyCheck")]
[OutputType(typeof(DailyCheckResult))]
public sealed class InvokeCivicQDailyCheckCommand : HealthCmdlet
{
    /// <summary>The steps to run, by number or name; all without it.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(Completers.DailyCheckStepCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Step { get; set; }

    /// <summary>The steps to leave out, by number or name.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(Completers.DailyCheckStepCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Exclude { get; set; }

    /// <summary>How long one component may take to answer; the environment's own time without it.</summary>
    [Parameter]
    [ValidateRange(0.05, 3600)]
    public double? TimeoutSeconds { get; set; }

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        if (TimeoutSeconds is { } seconds)
        {
            context = context with { Timeout = TimeSpan.FromSeconds(seconds) };
        }

        if (Step is null)
        {
            NoteMissing(context, components: null);
        }

        var steps = DailyCheckRunner.Named(Step ?? [], Exclude ?? []);
        var activity = $"Daily check of {context.Name}";
        var done = 0;
        context.Reporter.Progress(new ProgressReport(activity, $"{steps.Count} steps at once", 0));
        await foreach (var result in DailyCheckRunner.RunAsync(context, steps, cancellationToken).ConfigureAwait(false))
        {
            Gate.Note(result.Environment, $"step {result.Step} {result.Name}", result.Status);
            if (result.Status == HealthStatus.NotConfigured && Step is not null && !Step.Any(WildcardPattern.ContainsWildcardCharacters))
            {
                Gate.NoteMissing(result.Environment, $"step {result.Step} {result.Name}");
            }

            done++;
            context.Reporter.Progress(new ProgressReport(activity, $"{result.Step} {result.Name}: {result.Status}", (double)done / steps.Count, Completed: done == steps.Count));
            await WriteAsync(result, cancellationToken).ConfigureAwait(false);
        }
    }
}
