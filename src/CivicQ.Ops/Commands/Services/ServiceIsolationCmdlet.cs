using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Commands.Services;

/// <summary>The base of the cmdlets that cut services off from the network and put them back.</summary>
public abstract class ServiceIsolationCmdlet : ServiceCmdlet
{
    /// <summary>The services, by the name that they have in every environment or by the platform's; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.ServiceCompleter))]
    public override string[]? Service { get; set; }

    /// <summary>True to cut off.</summary>
    private protected abstract bool Isolate { get; }

    /// <inheritdoc/>
    private protected override async Task RunAsync(EnvironmentContext context, IServiceHost host, IReadOnlyList<ServiceInfo> services, CancellationToken cancellationToken)
    {
        foreach (var service in services)
        {
            try
            {
                var yes = await ShouldProcessAsync(
                    $"{service.Kind} {service.PlatformName} of environment '{host.Environment}' ({host.Address})",
                    Isolate ? "Cut off from the network" : "Put back on the network",
                    host.Environment).ConfigureAwait(false);
                if (yes)
                {
                    await WriteAsync(await host.IsolateAsync(service, Isolate, dryRun: false, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
                }
                else if (await OnPipelineThreadAsync(() => IsWhatIf).ConfigureAwait(false))
                {
                    var planned = await host.IsolateAsync(service, Isolate, dryRun: true, cancellationToken).ConfigureAwait(false);
                    Reporter.Verbose($"{service.Service}: {planned.Means}");
                }
            }
            catch (OperationException error)
            {
                ReportError(error, service.Service);
            }
        }
    }
}
