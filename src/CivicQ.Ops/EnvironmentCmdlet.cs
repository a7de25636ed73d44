using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Lab;

namespace CivicQ.Ops;

/// <summary>The base of cmdlets that work on environments, several at a time.</summary>
public abstract class EnvironmentCmdlet : CivicQCmdlet
{
    /// <summary>The environments, by name; wildcards are allowed. Without it: the connected one, else <c>default</c>.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.EnvironmentCompleter))]
    public string[]? Environment { get; set; }

    /// <summary>How many environments are worked on at once.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; } = 16;

    /// <summary>The work on one environment. Several run at once; a failure is reported and leaves the others alone.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="cancellationToken">Cancelled by Ctrl+C.</param>
    /// <returns>The running work.</returns>
    protected abstract Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var secrets = new SecretResolver();
        var options = new ParallelOptions { MaxDegreeOfParallelism = ThrottleLimit, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Resolve(), options, async (environment, token) =>
        {
            try
            {
                await RunAsync(new EnvironmentContext(environment, secrets, Reporter), token).ConfigureAwait(false);
            }
            catch (Exception error) when (error is not OperationCanceledException and not PipelineStoppedException)
            {
                ReportError(error, environment.Name);
            }
        }).ConfigureAwait(false);
    }

    private IEnumerable<CivicQEnvironment> Resolve()
    {
        CivicQEnvironment?[] known = [VariableEnvironment.Read(), LabEnvironment.Read()];
        var all = known.OfType<CivicQEnvironment>().ToList();
        foreach (var name in Environment ?? Session.Connected ?? [VariableEnvironment.Name])
        {
            var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
            var matches = all.Where(environment => pattern.IsMatch(environment.Name)).ToList();
            if (matches.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
            {
                ReportError(new OperationException(EnvironmentErrors.NotFound, $"There is no environment '{name}'.", name));
            }

            foreach (var match in matches)
            {
                yield return match;
            }
        }
    }
}
