using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Procedures;

namespace CivicQ.Ops.Commands.Health;

/// <summary>Checks the components of environments, all at once, by asking the servers themselves.</summary>
[Cmdlet(VerbsCommon.Get, "CivicQHealth")]
[OutputType(typeof(HealthResult))]
public sealed class GetCivicQHealthCommand : HealthCmdlet
{
    private readonly SemaphoreSlim turn = new(1);

    /// <summary>The components to check; all without it.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(Completers.ComponentCompleter))]
    [SupportsWildcards]
    public string[]? Component { get; set; }

    /// <summary>How long one component may take to answer; the environment's own time without it.</summary>
    [Parameter]
    [ValidateRange(0.05, 3600)]
    public double? TimeoutSeconds { get; set; }

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var probes = HealthProbes.Named(Component ?? ["*"]);
        NoteMissing(context, Component);
        if (TimeoutSeconds is { } seconds)
        {
            context = context with { Timeout = TimeSpan.FromSeconds(seconds) };
        }

        var checks = HealthRunner.CheckAsync(context, probes, cancellationToken);
        if (Environment is not { Length: > 1 } && Environment?.Any(WildcardPattern.ContainsWildcardCharacters) != true)
        {
            await foreach (var result in checks.ConfigureAwait(false))
            {
                await NoteAndWriteAsync(result, cancellationToken).ConfigureAwait(false);
            }

            return;
        }

        // Several environments run at once; each one's results stay together.
        var results = new List<HealthResult>();
        await foreach (var result in checks.ConfigureAwait(false))
        {
            results.Add(result);
        }

        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var result in results)
            {
                await NoteAndWriteAsync(result, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        turn.Dispose();
        base.Dispose(disposing);
    }

    private ValueTask NoteAndWriteAsync(HealthResult result, CancellationToken cancellationToken)
    {
        Gate.Note(result);
        return WriteAsync(result, cancellationToken);
    }
}
