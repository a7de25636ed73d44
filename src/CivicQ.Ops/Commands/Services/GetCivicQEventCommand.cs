using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Commands.Services;

/// <summary>Lists what the platform did to services and what happened to them, oldest first.</summary>
[Cmdlet(VerbsCommon.Get, "CivicQEvent")]
[OutputType(typeof(ServiceEvent))]
public sealed class GetCivicQEventCommand : ServiceCmdlet
{
    /// <summary>Only what happened so long ago at most; all that the platform still knows without it (an hour on Kubernetes).</summary>
    [Parameter]
    [ValidateDuration(0, 31_536_000)]
    public TimeSpan? Since { get; set; }

    /// <summary>Only what happened before this time.</summary>
    [Parameter]
    public DateTimeOffset? Until { get; set; }

    /// <summary>Only events of this level.</summary>
    [Parameter]
    public ServiceEventLevel? Level { get; set; }

    /// <summary>Goes on with what happens from now on, until stopped.</summary>
    [Parameter]
    public SwitchParameter Follow { get; set; }

    /// <inheritdoc/>
    private protected override async Task RunAsync(EnvironmentContext context, IServiceHost host, IReadOnlyList<ServiceInfo> services, CancellationToken cancellationToken)
    {
        var query = new ServiceEventQuery { Since = DateTimeOffset.UtcNow - Since, Until = Until, Follow = Follow };
        // Without a name also what belongs to no service: nodes, volumes, jobs.
        var all = Batch.Any(target => target.Service is null);
        await foreach (var happened in host.GetEventsAsync(all ? null : services, query, cancellationToken).ConfigureAwait(false))
        {
            if (Level is null || Level == happened.Level)
            {
                await WriteAsync(happened, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
