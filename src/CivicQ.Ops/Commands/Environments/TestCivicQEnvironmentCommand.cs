using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Procedures;

namespace CivicQ.Ops.Commands.Environments;

/// <summary>Tests whether environments are defined rightly: file, secrets, names, ports, the database's login.</summary>
[Cmdlet(VerbsDiagnostic.Test, "CivicQEnvironment")]
[OutputType(typeof(EnvironmentTestResult), typeof(bool))]
public sealed class TestCivicQEnvironmentCommand : EnvironmentCmdlet
{
    /// <inheritdoc/>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.EnvironmentCompleter))]
    public override string[]? Environment { get; set; }

    /// <summary>Returns true or false for all of them together, instead of results.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private volatile bool failed;
    private volatile bool tested;

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        await foreach (var result in EnvironmentTest.RunAsync(context, cancellationToken).ConfigureAwait(false))
        {
            await AddAsync(result, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        if (Quiet)
        {
            // Nothing tested is nothing passed: a wildcard that fits no environment must not make a script go on.
            await WriteAsync(tested && !failed && !HasReportedErrors, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    private protected override ValueTask ComplainAsync(EnvironmentComplaint complaint, CancellationToken cancellationToken) =>
        AddAsync(EnvironmentTest.Of(complaint), cancellationToken);

    private async ValueTask AddAsync(EnvironmentTestResult result, CancellationToken cancellationToken)
    {
        tested = true;
        failed |= !result.Passed;
        if (!Quiet)
        {
            await WriteAsync(result, cancellationToken).ConfigureAwait(false);
        }
    }
}
