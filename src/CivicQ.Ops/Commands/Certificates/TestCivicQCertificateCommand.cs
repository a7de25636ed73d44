using System.Management.Automation;
using CivicQ.Ops.Core.Certificates;
using CivicQ.Ops.Core.Environments;

namespace CivicQ.Ops.Commands.Certificates;

/// <summary>Judges certificates: days left, names, chain, key; one result each.</summary>
[Cmdlet(VerbsDiagnostic.Test, "CivicQCertificate", DefaultParameterSetName = ByEndpoint)]
[OutputType(typeof(CertificateTestResult))]
[OutputType(typeof(bool))]
public sealed class TestCivicQCertificateCommand : CertificateCmdlet
{
    private bool failed;
    private string? reference;

    /// <summary>Days left to warn at, at most; certificates with a short lifetime are warned about later.</summary>
    [Parameter]
    [ValidateRange(0, 3650)]
    public double WarningDays { get; set; } = 30;

    /// <summary>Days left that are critical, at most.</summary>
    [Parameter]
    [ValidateRange(0, 3650)]
    public double CriticalDays { get; set; } = 7;

    /// <summary>The file with the certificate that should be served: finds servers that were not reloaded.</summary>
    [Parameter(ParameterSetName = ByEndpoint)]
    [ValidateNotNullOrEmpty]
    public string? ReferencePath { get; set; }

    /// <summary>Gives one <see langword="true"/> or <see langword="false"/> for all together.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (ReferencePath is { } path)
        {
            var file = await OnPipelineThreadAsync(() => GetUnresolvedProviderPathFromPSPath(path)).ConfigureAwait(false);
            reference = await CertificateScanner.ThumbprintAsync(file, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected override async Task ReportAsync(EnvironmentContext context, CertificateOutcome outcome, CancellationToken cancellationToken)
    {
        var verdict = outcome.Certificate is { } certificate
            ? CertificateJudge.Judge(certificate, WarningDays, CriticalDays, reference)
            : CertificateJudge.Failed(context.Name, outcome.Endpoint, outcome.Error!);
        if (!verdict.Passed)
        {
            failed = true;
        }

        if (!Quiet)
        {
            await WriteAsync(verdict, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected override async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (Quiet)
        {
            await WriteAsync(!failed && !HasReportedError, cancellationToken).ConfigureAwait(false);
        }
    }
}
