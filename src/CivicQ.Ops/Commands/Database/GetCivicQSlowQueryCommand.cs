using System.Management.Automation;
using CivicQ.Ops.Core.Database.Queries;
using CivicQ.Ops.Core.Environments;

namespace CivicQ.Ops.Commands.Database;

/// <summary>Lists the statements that cost the database most, from pg_stat_statements.</summary>
[Cmdlet(VerbsCommon.Get, "CivicQSlowQuery")]
[OutputType(typeof(SlowQuery))]
public sealed class GetCivicQSlowQueryCommand : EnvironmentCmdlet
{
    /// <summary>How many statements to give at most.</summary>
    [Parameter(Position = 0)]
    [ValidateRange(1, 100_000)]
    public int Top { get; set; } = 20;

    /// <summary>Only statements whose runs take at least so long on average.</summary>
    [Parameter]
    public TimeSpan MinimumMeanTime { get; set; }

    /// <summary>What makes a statement come first.</summary>
    [Parameter]
    public SlowQueryOrder OrderBy { get; set; }

    /// <summary>Of these databases of the server, wildcards are allowed; of the environment's own without it.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.DatabaseCompleter))]
    public string[]? Database { get; set; }

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var request = new SlowQueryRequest { Top = Top, MinimumMeanTime = MinimumMeanTime, OrderBy = OrderBy, Databases = Database };
        var hidden = false;
        await foreach (var query in SlowQueryReader.ReadAsync(context, request, cancellationToken).ConfigureAwait(false))
        {
            Session.DatabaseNames.NoteDatabase(query.Database);
            hidden |= query.IsHidden;
            await WriteAsync(query, cancellationToken).ConfigureAwait(false);
        }

        if (hidden)
        {
            Reporter.Warning(DatabaseWarnings.Hidden(context.Name, "other roles' statements"));
        }
    }
}
