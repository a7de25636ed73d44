using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Commands.Services;

/// <summary>Waits until the rollout of services is over, by kubectl's own conditions, and fails at once where it cannot be.</summary>
[Cmdlet(VerbsLifecycle.Wait, "CivicQRollout")]
[OutputType(typeof(RolloutStatus))]
public sealed class WaitCivicQRolloutCommand : ServiceCmdlet
{
    /// <summary>The revision that must be rolled out; another one that takes its place is an error. Whichever is the present one without it.</summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long? Revision { get; set; }

    /// <summary>How long to wait for each.</summary>
    [Parameter]
    [ValidateRange(0.1, 86400)]
    public double TimeoutSeconds { get; set; } = 300;

    /// <inheritdoc/>
    private protected override Task RunAsync(EnvironmentContext context, IServiceHost host, IReadOnlyList<ServiceInfo> services, CancellationToken cancellationToken) =>
        // All wait at once: the slowest one is the time that it takes.
        Task.WhenAll(services.Select(service => WaitAsync(host, service, cancellationToken)));

    private async Task WaitAsync(IServiceHost host, ServiceInfo service, CancellationToken cancellationToken)
    {
        try
        {
            var status = await RolloutWaiter.WaitAsync(host, service, Revision, TimeSpan.FromSeconds(TimeoutSeconds), Reporter, cancellationToken).ConfigureAwait(false);
            await WriteAsync(status, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException error)
        {
            ReportError(error, service.Service);
        }
    }
}
