using System.Management.Automation;
using CivicQ.Ops.Core.Certificates;
using CivicQ.Ops.Core.Environments;

namespace CivicQ.Ops.Commands.Certificates;

/// <summary>Shows the certificates that servers show, good ones or not, or that lie on disk.</summary>
[Cmdlet(VerbsCommon.Get, "CivicQCertificate", DefaultParameterSetName = ByEndpoint)]
[OutputType(typeof(CertificateInfo))]
public sealed class GetCivicQCertificateCommand : CertificateCmdlet
{
    /// <inheritdoc/>
    protected override async Task ReportAsync(EnvironmentContext context, CertificateOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome.Certificate is { } certificate)
        {
            await WriteAsync(certificate, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            ReportError(outcome.Error!, outcome.Endpoint);
        }
    }
}
