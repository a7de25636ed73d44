using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Commands.Services;

/// <summary>Lists the revisions of services, newest first, and what each has different from the one before.</summary>
[Cmdlet(VerbsCommon.Get, "CivicQRolloutHistory")]
[OutputType(typeof(RolloutRevision))]
public sealed class GetCivicQRolloutHistoryCommand : ServiceCmdlet
{
    /// <summary>Only these revisions.</summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long[]? Revision { get; set; }

    /// <inheritdoc/>
    private protected override async Task RunAsync(EnvironmentContext context, IServiceHost host, IReadOnlyList<ServiceInfo> services, CancellationToken cancellationToken)
    {
        var all = Batch.Any(target => target.Service is null);
        foreach (var service in services)
        {
            try
            {
                await WriteAsync(service, await host.GetHistoryAsync(service, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            }
            catch (OperationException error) when (all && error.Definition == ServiceErrors.NoHistory)
            {
                Reporter.Verbose(error.Message);
            }
            catch (OperationException error)
            {
                ReportError(error, service.Service);
            }
        }
    }

    private async Task WriteAsync(ServiceInfo service, IReadOnlyList<RolloutRevision> history, CancellationToken cancellationToken)
    {
        foreach (var number in (Revision ?? []).Where(number => history.All(revision => revision.Revision != number)))
        {
            ReportError(RolloutRevisions.NotFound(service, number, history), service.Service);
        }

        foreach (var revision in history.Where(revision => Revision is null || Revision.Contains(revision.Revision)))
        {
            Session.ServiceNames.Note(revision);
            await WriteAsync(revision, cancellationToken).ConfigureAwait(false);
        }
    }
}
