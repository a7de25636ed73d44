using System.Management.Automation;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Journal;
using CivicQ.Ops.Pipeline;

namespace CivicQ.Ops.Commands.Journal;

/// <summary>Reads the journal of changes, oldest entry first. A damaged line is an error that names it, and never hides the others.</summary>
[Cmdlet(VerbsCommon.Get, "CivicQJournal")]
[OutputType(typeof(JournalEntry))]
public sealed class GetCivicQJournalCommand : CivicQCmdlet
{
    /// <summary>Entries from this moment on.</summary>
    [Parameter]
    public DateTimeOffset? Since { get; set; }

    /// <summary>Entries up to this moment.</summary>
    [Parameter]
    public DateTimeOffset? Until { get; set; }

    /// <summary>Entries that changed these environments; wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(Completers.EnvironmentCompleter))]
    public string[]? Environment { get; set; }

    /// <summary>Entries of these cmdlets; wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    public string[]? Cmdlet { get; set; }

    /// <summary>Entries that ended like this.</summary>
    [Parameter]
    public JournalOutcome[] Outcome { get; set; } = [];

    /// <summary>The last so many of the entries that fit.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? Last { get; set; }

    /// <summary>Another journal's file, for example a copy; its full files beside it are read too.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var path = Path is { } given ? await OnPipelineThreadAsync(() => GetUnresolvedProviderPathFromPSPath(given)).ConfigureAwait(false) : JournalFiles.DefaultPath();
        var query = new JournalQuery
        {
            Since = Since,
            Until = Until,
            Environment = Any(Environment),
            Cmdlet = Any(Cmdlet),
            Outcomes = Outcome,
            Last = Last,
        };
        try
        {
            await foreach (var item in JournalReader.ReadAsync(path, query, cancellationToken).ConfigureAwait(false))
            {
                if (item.Damage is { } damage)
                {
                    ReportError(JournalReader.ToException(damage));
                }
                else
                {
                    await WriteAsync(item.Entry!, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (OperationException error) when (error.Definition == JournalErrors.NotFound && Path is null)
        {
            Reporter.Verbose($"Nothing was changed yet: there is no journal {path}.");
        }
        catch (OperationException error)
        {
            ReportError(error);
        }
    }

    private static Func<string, bool>? Any(string[]? names)
    {
        var patterns = names?.Select(name => NamePattern.Parse(name)).ToList();
        return patterns is null ? null : name => patterns.Exists(pattern => pattern.IsMatch(name));
    }
}
