using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Measures;
using CivicQ.Ops.Core.Procedures;

namespace CivicQ.Ops.Commands.Health;

/// <summary>Waits until health has held for a whole period; a component that falls sets the clock back.</summary>
[Cmdlet(VerbsLifecycle.Wait, "CivicQHealth")]
[OutputType(typeof(HealthTimeline))]
public sealed class WaitCivicQHealthCommand : HealthCmdlet
{
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(10);

    /// <summary>The components to watch; all without it.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(Completers.ComponentCompleter))]
    [SupportsWildcards]
    public string[]? Component { get; set; }

    /// <summary>How long health must hold without a break; 0 waits until it is there.</summary>
    [Parameter]
    [ValidateDuration(0, 604_800)]
    public TimeSpan For { get; set; }

    /// <summary>The time from one round of checks to the next.</summary>
    [Parameter]
    [ValidateDuration(0.05, 86_400)]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait in all; twice <c>-For</c> and ten minutes without it.</summary>
    [Parameter]
    [ValidateRange(0.05, 604800)]
    public double? TimeoutSeconds { get; set; }

    /// <summary>The worst status that counts as health.</summary>
    [Parameter]
    [ValidateSet("Healthy", "Degraded")]
    public string Status { get; set; } = nameof(HealthStatus.Healthy);

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var probes = HealthProbes.Named(Component ?? ["*"]);
        var missing = HealthProbes.Missing(context.Environment, Component);
        if (missing.Count > 0 || HealthProbes.NothingToCheck(context.Environment, Component))
        {
            // What is not there would be "healthy" for ever.
            throw missing.Count > 0
                ? new OperationException(EnvironmentErrors.ComponentNotConfigured, $"Environment '{context.Name}' has no {string.Join(", no ", missing)}.", context.Name)
                : new OperationException(EnvironmentErrors.Empty, $"Environment '{context.Name}' has nothing of what was asked for.", context.Name);
        }

        var options = new HealthWatchOptions
        {
            Period = For,
            Interval = Interval,
            Timeout = TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : (For * 2) + Margin,
            Required = Enum.Parse<HealthStatus>(Status, ignoreCase: true),
        };
        var timeline = await HealthMonitor.WatchAsync(context, probes, options, cancellationToken).ConfigureAwait(false);
        await WriteAsync(timeline, cancellationToken).ConfigureAwait(false);
        if (timeline.Held)
        {
            return;
        }

        foreach (var result in timeline.Remaining)
        {
            Gate.Note(result);
        }

        var wrong = timeline.Remaining.Count == 0
            ? "nothing was wrong at the end, but health had not held long enough"
            : "still wrong: " + string.Join("; ", timeline.Remaining.Select(result => $"{result.Component} ({result.Check}) {result.Status}: {result.Detail}"));
        ReportError(
            new OperationException(
                GeneralErrors.TimedOut,
                $"{context.Name}: health did not hold for {Measure.Duration(options.Period)} within {Measure.Duration(options.Timeout)}, lost {timeline.Flaps} times; {wrong}",
                context.Name),
            context.Name);
    }
}
