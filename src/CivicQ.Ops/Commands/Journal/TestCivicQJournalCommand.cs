using System.Management.Automation;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Journal;

namespace CivicQ.Ops.Commands.Journal;

/// <summary>Tests whether the journal is as it was written: nothing damaged, altered, removed, cut off or put in another order.</summary>
[Cmdlet(VerbsDiagnostic.Test, "CivicQJournal")]
[OutputType(typeof(JournalFileResult), typeof(bool))]
public sealed class TestCivicQJournalCommand : CivicQCmdlet
{
    /// <summary>Another journal's file, for example a copy with its <c>.head</c> file.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Returns true or false for all files together, instead of results.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private bool failed;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var path = Path is { } given ? await OnPipelineThreadAsync(() => GetUnresolvedProviderPathFromPSPath(given)).ConfigureAwait(false) : JournalFiles.DefaultPath();
        try
        {
            await foreach (var result in JournalVerifier.TestAsync(path, cancellationToken).ConfigureAwait(false))
            {
                failed |= !result.Passed;
                if (!Quiet)
                {
                    await WriteAsync(result, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (OperationException error) when (error.Definition == JournalErrors.NotFound && Path is null)
        {
            Reporter.Verbose($"Nothing was changed yet: there is no journal {path}.");
        }
        catch (OperationException error)
        {
            failed = true;
            ReportError(error);
        }
    }

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        if (Quiet)
        {
            await WriteAsync(!failed, cancellationToken).ConfigureAwait(false);
        }
    }
}
