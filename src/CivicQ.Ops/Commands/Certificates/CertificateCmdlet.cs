using System.Management.Automation;
using CivicQ.Ops.Core.Certificates;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Network;
using CivicQ.Ops.Pipeline;

namespace CivicQ.Ops.Commands.Certificates;

/// <summary>What looking at certificates has in common.</summary>
public abstract class CertificateCmdlet : CollectingCmdlet<(string Text, bool IsFile)>
{
    private protected const string ByEndpoint = "Endpoint";
    private protected const string ByPath = "Path";
    private protected const string ByLiteralPath = "LiteralPath";
    private const int Connections = 256;

    /// <summary>Creates the cmdlet.</summary>
    protected CertificateCmdlet() => ThrottleLimit = Connections;

    /// <summary>Where certificates are served: <c>host</c>, <c>host:port</c> or an address. Without it: the environment's own.</summary>
    [Parameter(ParameterSetName = ByEndpoint, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[]? Endpoint { get; set; }

    /// <summary>Certificate files, PEM or DER; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = ByPath, Mandatory = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Path { get; set; }

    /// <summary>Certificate files whose names are taken as they are written, brackets included.</summary>
    [Parameter(ParameterSetName = ByLiteralPath, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[]? LiteralPath { get; set; }

    /// <summary>The name to ask for (SNI) and to hold the certificate to; the endpoint's host without it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ServerName { get; set; }

    /// <summary>How TLS is asked for before the handshake; by the endpoint's scheme or port without it.</summary>
    [Parameter(ParameterSetName = ByEndpoint)]
    public StartTlsProtocol? StartTls { get; set; }

    /// <summary>Asks the authority whether the certificate is revoked, which needs the network.</summary>
    [Parameter]
    public SwitchParameter CheckRevocation { get; set; }

    /// <summary>The time for one endpoint; the environment's without it.</summary>
    [Parameter]
    [ValidateRange(0.01, 600)]
    public double? TimeoutSeconds { get; set; }

    /// <summary>One certificate was looked at, or could not be.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="outcome">The outcome.</param>
    /// <param name="cancellationToken">Cancelled by Ctrl+C.</param>
    /// <returns>The running work.</returns>
    protected abstract Task ReportAsync(EnvironmentContext context, CertificateOutcome outcome, CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<(string Text, bool IsFile)>> CollectAsync(CancellationToken cancellationToken)
    {
        List<(string, bool)> items = [.. (Endpoint ?? []).Select(text => (text, false))];
        foreach (var path in Path ?? [])
        {
            // Only PowerShell knows its current folder and drives, and only on its own thread.
            var (files, error) = await OnPipelineThreadAsync(() => Resolve(path)).ConfigureAwait(false);
            items.AddRange(files.Select(file => (file, true)));
            if (error is not null)
            {
                ReportError(error, path);
            }
        }

        foreach (var path in LiteralPath ?? [])
        {
            items.Add((await OnPipelineThreadAsync(() => GetUnresolvedProviderPathFromPSPath(path)).ConfigureAwait(false), true));
        }

        return items;
    }

    /// <summary>Called for an environment that has no certificates, where none were named.</summary>
    /// <param name="context">The environment.</param>
    private protected virtual void ReportNothing(EnvironmentContext context) => Reporter.Verbose($"Environment '{context.Name}' has no address that speaks TLS.");

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var batch = Batch;
        List<CertificateQuestion> questions = [];
        foreach (var (text, _) in batch.Where(item => !item.IsFile))
        {
            try
            {
                questions.Add(new CertificateQuestion(NetworkEndpoint.Parse(text, EndpointScheme.Tls)));
            }
            catch (OperationException error)
            {
                ReportError(error, error.Target);
            }
        }

        if (batch.Count == 0 && ParameterSetName == ByEndpoint)
        {
            questions.AddRange(await CertificateScanner.OwnAsync(context, cancellationToken).ConfigureAwait(false));
            if (questions.Count == 0)
            {
                ReportNothing(context);
            }
        }

        questions = questions.ConvertAll(question => question with { ServerName = ServerName, StartTls = StartTls ?? question.StartTls, CheckRevocation = CheckRevocation });
        var timeout = TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : context.Timeout;
        if (questions.Count > 0)
        {
            await foreach (var outcome in CertificateScanner.ScanAsync(context, questions, ThrottleLimit, timeout, cancellationToken).ConfigureAwait(false))
            {
                await ReportAsync(context, outcome, cancellationToken).ConfigureAwait(false);
            }
        }

        foreach (var (path, _) in batch.Where(item => item.IsFile))
        {
            await ReportAsync(
                context, await CertificateScanner.ReadAsync(context, path, ServerName, CheckRevocation, cancellationToken).ConfigureAwait(false), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private (string[] Files, OperationException? Error) Resolve(string path)
    {
        try
        {
            // Within one folder a broken pattern fits nothing, quietly; read alone, it says what it is.
            NamePattern.Parse(System.IO.Path.GetFileName(path));
            return (WildcardPattern.ContainsWildcardCharacters(path) ? [.. GetResolvedProviderPathFromPSPath(path, out _)] : [GetUnresolvedProviderPathFromPSPath(path)], null);
        }
        catch (WildcardPatternException error)
        {
            return ([], new OperationException(GeneralErrors.NamePatternInvalid, error.Message, path, error));
        }
        catch (OperationException error)
        {
            return ([], error);
        }
    }
}
