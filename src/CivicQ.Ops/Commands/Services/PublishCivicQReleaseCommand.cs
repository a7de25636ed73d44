using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Procedures.Services;
using CivicQ.Ops.Core.Services;
using CivicQ.Ops.Core.Services.Hosts;

namespace CivicQ.Ops.Commands.Services;

/// <summary>Publishes a release of a Compose project: builds, brings up, waits for health, and goes back where it does not come.</summary>
[Cmdlet(VerbsData.Publish, "CivicQRelease", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(ServiceChangeResult))]
public sealed class PublishCivicQReleaseCommand : EnvironmentCmdlet
{
    /// <summary>What the release is, for <c>Get-CivicQRolloutHistory</c>.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Note { get; set; }

    /// <summary>Takes the images as they are, without building them.</summary>
    [Parameter]
    public SwitchParameter NoBuild { get; set; }

    /// <summary>Returns as soon as the containers run, without waiting for their health: nothing is taken back then.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>How long each service is waited for, and then health.</summary>
    [Parameter]
    [ValidateRange(0.1, 86400)]
    public double TimeoutSeconds { get; set; } = 300;

    /// <summary>The components whose health must be there afterwards; those that the environment has of Api, Site and Queue without it.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(Completers.ComponentCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? HealthComponent { get; set; }

    /// <summary>Does not look at health afterwards.</summary>
    [Parameter]
    public SwitchParameter SkipHealth { get; set; }

    /// <inheritdoc/>
    protected override Task BeginAsync(CancellationToken cancellationToken)
    {
        ServiceChangeRunner.Check(HealthComponent);
        return base.BeginAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var host = await ServiceHosts.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var closing = host.ConfigureAwait(false);
        var runner = new ServiceChangeRunner(context, host)
        {
            Action = ServiceAction.Publish, Wait = !NoWait, Timeout = TimeSpan.FromSeconds(TimeoutSeconds), HealthComponents = SkipHealth ? [] : HealthComponent,
        };
        var publisher = new ReleasePublisher(context, ReleasePublisher.Project(host), runner);
        var action = NoBuild ? "Publish a release from the images that are there" : "Build and publish a release";
        if (!await ShouldProcessAsync($"Compose project {host.Address} of environment '{context.Name}'", action, context.Name).ConfigureAwait(false))
        {
            return;
        }

        var activity = $"Release of {context.Name}";
        void Report(ServiceProgress step) => Reporter.Progress(new ProgressReport(activity, step.Message, step.Total == 0 ? 0 : (double)step.Done / step.Total));
        foreach (var result in await publisher.PublishAsync(!NoBuild, Note, Report, cancellationToken).ConfigureAwait(false))
        {
            await WriteAsync(result, cancellationToken).ConfigureAwait(false);
            if (result.Outcome is ServiceChangeOutcome.Failed or ServiceChangeOutcome.BackedOut)
            {
                ReportError(new OperationException(runner.Definition(result), $"{result.Service} in '{context.Name}': {result.Reason}", result.Service), result.Service);
            }
        }
    }
}
