using System.Management.Automation;
using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Database.Statistics;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Commands.Database;

/// <summary>Tells what a server's databases have done, and how fast they do it now; with <c>-Index</c> which indexes are unused, invalid, double or redundant.</summary>
[Cmdlet(VerbsCommon.Get, "CivicQDatabaseStatistic", DefaultParameterSetName = ByDatabase)]
[OutputType(typeof(DatabaseStatistic), ParameterSetName = new[] { ByDatabase })]
[OutputType(typeof(DatabaseIndexStatistic), ParameterSetName = new[] { ByIndex })]
public sealed class GetCivicQDatabaseStatisticCommand : EnvironmentCmdlet
{
    private const string ByDatabase = "Database";
    private const string ByIndex = "Index";

    /// <summary>The databases, wildcards are allowed; all but templates without it. With -Index, the one whose indexes are looked at.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.DatabaseCompleter))]
    public string[]? Database { get; set; }

    /// <summary>The time between the two samples that the rates are of; 0 for totals alone.</summary>
    [Parameter(ParameterSetName = ByDatabase)]
    [ValidateRange(0.0, 3600.0)]
    public double SampleSeconds { get; set; } = 1;

    /// <summary>Gives the indexes with which something is wrong in place of the databases.</summary>
    [Parameter(ParameterSetName = ByIndex, Mandatory = true)]
    public SwitchParameter Index { get; set; }

    /// <summary>Only indexes in these schemas; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = ByIndex)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.DatabaseSchemaCompleter))]
    public string[]? Schema { get; set; }

    /// <summary>Only indexes of these tables; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = ByIndex)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.DatabaseTableCompleter))]
    public string[]? Table { get; set; }

    /// <summary>Also the indexes with which nothing is wrong.</summary>
    [Parameter(ParameterSetName = ByIndex)]
    public SwitchParameter IncludeHealthy { get; set; }

    /// <inheritdoc/>
    protected override Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken) =>
        Index ? IndexesAsync(context, cancellationToken) : DatabasesAsync(context, cancellationToken);

    private async Task DatabasesAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        await foreach (var statistic in StatisticReader.ReadAsync(context, Database, TimeSpan.FromSeconds(SampleSeconds), cancellationToken).ConfigureAwait(false))
        {
            found.Add(statistic.Database);
            Session.DatabaseNames.NoteDatabase(statistic.Database);
            await WriteAsync(statistic, cancellationToken).ConfigureAwait(false);
        }

        foreach (var name in (Database ?? []).Where(name => !SqlPattern.HasWildcard(name) && !found.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            ReportError(new OperationException(DatabaseErrors.NoSuchDatabase, $"{context.Name}: the server has no database '{name}'.", name), context.Name);
        }
    }

    private async Task IndexesAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        foreach (var database in Database ?? [null!])
        {
            await foreach (var index in IndexReader.ReadAsync(context, database, Schema, Table, IncludeHealthy, cancellationToken).ConfigureAwait(false))
            {
                Session.DatabaseNames.NoteDatabase(index.Database);
                Session.DatabaseNames.NoteTable(index.Schema, index.Table);
                await WriteAsync(index, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
