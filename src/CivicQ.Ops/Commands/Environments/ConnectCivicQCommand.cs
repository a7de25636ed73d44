using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Procedures;
using CivicQ.Ops.Pipeline;

namespace CivicQ.Ops.Commands.Environments;

/// <summary>Chooses the environments that this session's cmdlets work on where they are not told.</summary>
[Cmdlet(VerbsCommunications.Connect, "CivicQ")]
[OutputType(typeof(EnvironmentInfo))]
public sealed class ConnectCivicQCommand : CivicQCmdlet
{
    /// <summary>The environments, by name; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.EnvironmentCompleter))]
    public string[] Environment { get; set; } = [];

    /// <summary>Tests the environments first, and chooses them only when every part passes.</summary>
    [Parameter]
    public SwitchParameter Test { get; set; }

    /// <summary>Returns the environments that were chosen.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private readonly List<string> names = [];

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken cancellationToken)
    {
        // Several may be piped in: all of them together are the choice.
        names.AddRange(Environment);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        var selection = EnvironmentSelection.Of(names).OrThrow();
        var errors = selection.Missing.Concat(selection.Complaints.Where(complaint => complaint.Environment is not null).Select(complaint => complaint.ToException())).ToList();
        if (errors.Count == 0 && selection.Environments.Count == 0)
        {
            errors.Add(new OperationException(EnvironmentErrors.NotFound, $"No environment fits {string.Join(", ", names)}.", names.FirstOrDefault()));
        }

        if (errors.Count == 0 && Test)
        {
            errors.AddRange(await FailuresAsync(selection, cancellationToken).ConfigureAwait(false));
        }

        // Half a choice would send the next cmdlet somewhere else than meant.
        errors.ForEach(error => ReportError(error));
        if (errors.Count > 0)
        {
            return;
        }

        if (LabShadow.Warning(selection.Environments) is { } shadow)
        {
            Reporter.Warning(shadow);
        }

        Session.Connected = [.. selection.Environments.Select(environment => environment.Name)];
        Reporter.Verbose($"Connected to {string.Join(", ", Session.Connected)}.");
        foreach (var environment in selection.Environments.Where(_ => PassThru))
        {
            await WriteAsync(EnvironmentInfo.Of(environment, isDefault: true, connected: true), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<List<OperationException>> FailuresAsync(EnvironmentSelection selection, CancellationToken cancellationToken)
    {
        var secrets = new SecretResolver(new VaultReader(this, OnPipelineThreadAsync).ReadAsync);
        var failures = new List<OperationException>();
        foreach (var environment in selection.Environments)
        {
            await foreach (var result in EnvironmentTest.RunAsync(new EnvironmentContext(environment, secrets, Reporter), cancellationToken).ConfigureAwait(false))
            {
                if (!result.Passed)
                {
                    failures.Add(new OperationException(
                        EnvironmentErrors.TestFailed, $"Environment '{environment.Name}', {result.Component}, {result.Check} {result.Target}: {result.Detail}", environment.Name));
                }
            }
        }

        return failures;
    }
}
