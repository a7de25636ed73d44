using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Procedures.Services;
using CivicQ.Ops.Core.Services;
using CivicQ.Ops.Core.Services.Hosts;

namespace CivicQ.Ops.Commands.Services;

/// <summary>Publishes a release of a Compose project: builds, brings up, waits for health, and goes back where it does not come.</summary>
[Cmdlet(VerbsData.Publish, "CivicQRelease", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(ServiceChangeResult))]
public sealed class PublishCivicQReleaseCommand : ServiceOutcomeCmdlet
{
    /// <summary>What the release is, for <c>Get-CivicQRolloutHistory</c>.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Note { get; set; }

    /// <summary>Takes the images as they are, without building them.</summary>
    [Parameter]
    public SwitchParameter NoBuild { get; set; }

    /// <inheritdoc/>
    private protected override ServiceAction Action => ServiceAction.Publish;

    /// <summary>No service is named: a release is one of the whole project.</summary>
    protected override Task<IReadOnlyList<ServiceTarget>> CollectAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ServiceTarget>>([]);

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var host = await ServiceHosts.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var closing = host.ConfigureAwait(false);
        var runner = Runner(context, host);
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
            await TellAsync(runner, result, cancellationToken).ConfigureAwait(false);
        }
    }
}
