using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Procedures;
using CivicQ.Ops.Pipeline;

namespace CivicQ.Ops;

/// <summary>The base of cmdlets that work on environments, several at a time.</summary>
public abstract class EnvironmentCmdlet : CivicQCmdlet
{
    private SecretResolver? secrets;
    private bool shadowTold;

    /// <summary>
    /// The environments, by name; wildcards are allowed. Without it: those of <c>Connect-CivicQ</c>, else of the variable
    /// <c>CIVICQ_ENVIRONMENT</c>, else <c>default</c>.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.EnvironmentCompleter))]
    public virtual string[]? Environment { get; set; }

    /// <summary>How many environments are worked on at once.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; } = 32;

    /// <summary>The work on one environment. Several run at once; a failure is reported and leaves the others alone.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="cancellationToken">Cancelled by Ctrl+C.</param>
    /// <returns>The running work.</returns>
    protected abstract Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken);

    /// <summary>Tells of an environment that was asked for and is unusable, or of the whole file: an error, unless a cmdlet makes a result of it.</summary>
    /// <param name="complaint">What is wrong with it.</param>
    /// <param name="cancellationToken">Cancelled by Ctrl+C.</param>
    /// <returns>The running work.</returns>
    private protected virtual ValueTask ComplainAsync(EnvironmentComplaint complaint, CancellationToken cancellationToken)
    {
        if (EnvironmentListing.IsFatal(complaint))
        {
            throw complaint.ToException();
        }

        if (complaint.Environment is null)
        {
            Reporter.Warning(complaint.Message);
        }
        else
        {
            ReportError(complaint.ToException());
        }

        return default;
    }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        // One resolver a run: a vault is asked for each secret once.
        secrets ??= new SecretResolver(new VaultReader(this, OnPipelineThreadAsync).ReadAsync);
        var selection = EnvironmentSelection.Of(Environment ?? EnvironmentSelection.DefaultNames(Session));
        foreach (var missing in selection.Missing)
        {
            ReportError(missing);
        }

        foreach (var complaint in selection.Complaints)
        {
            await ComplainAsync(complaint, cancellationToken).ConfigureAwait(false);
        }

        if (!shadowTold && LabShadow.Warning(selection.Environments) is { } shadow)
        {
            shadowTold = true;
            Reporter.Warning(shadow);
        }

        await RunAllAsync(selection.Environments.Count, () => EachAsync(selection.Environments, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The work on all environments; for a cmdlet that has something to do around it.</summary>
    /// <param name="count">How many environments there are.</param>
    /// <param name="run">Works on each of them, several at a time; each failure is reported, none is thrown.</param>
    /// <param name="cancellationToken">Cancelled by Ctrl+C.</param>
    /// <returns>The running work.</returns>
    private protected virtual Task RunAllAsync(int count, Func<Task> run, CancellationToken cancellationToken) => run();

    private Task EachAsync(IReadOnlyList<CivicQEnvironment> environments, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = ThrottleLimit, CancellationToken = cancellationToken };
        return Parallel.ForEachAsync(environments, options, async (environment, token) =>
        {
            if (environment.Tls.SkipVerification)
            {
                Reporter.Warning($"Environment '{environment.Name}' accepts any certificate (tls.skipVerification): whoever is in between can read and change everything.");
            }

            try
            {
                await RunAsync(new EnvironmentContext(environment, secrets!, Reporter) { Memory = Session.Memory }, token).ConfigureAwait(false);
            }
            catch (Exception error) when (error is not PipelineStoppedException && !(error is OperationCanceledException && token.IsCancellationRequested))
            {
                ReportError(error, environment.Name);
            }
        });
    }
}
