using System.Management.Automation;
using CivicQ.Ops.Core.Database.Pooling;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Pipeline;

namespace CivicQ.Ops.Commands.Database;

/// <summary>Shows PgBouncer's pools: who has a connection, who waits and how long, how full each pool is.</summary>
[Cmdlet(VerbsCommon.Get, "CivicQConnectionPool")]
[OutputType(typeof(ConnectionPool))]
public sealed class GetCivicQConnectionPoolCommand : EnvironmentCmdlet
{
    /// <summary>Only pools of these databases; wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.DatabaseCompleter))]
    public string[]? Database { get; set; }

    /// <summary>Only pools of these users; wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? User { get; set; }

    /// <summary>The time between the two samples that the rates are of; 0 for none.</summary>
    [Parameter]
    [ValidateRange(0.0, 3600.0)]
    public double SampleSeconds { get; set; } = 1;

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var (databases, users) = (NameFilter.Of(Database), NameFilter.Of(User));
        var pools = await PoolReader.ReadAsync(context, TimeSpan.FromSeconds(SampleSeconds), cancellationToken).ConfigureAwait(false);
        if (pools.Count == 0)
        {
            Reporter.Verbose($"{context.Name}: PgBouncer has no pool yet: no client has connected since its start.");
        }

        foreach (var pool in pools.Where(pool => databases.Fits(pool.Database) && users.Fits(pool.User)))
        {
            await WriteAsync(pool, cancellationToken).ConfigureAwait(false);
        }

        foreach (var name in databases.Unused(pools.Select(pool => pool.Database)))
        {
            ReportError(new OperationException(PoolerErrors.PoolNotFound, $"{context.Name}: PgBouncer has no pool of database '{name}'.", name), context.Name);
        }

        foreach (var name in users.Unused(pools.Select(pool => pool.User)))
        {
            ReportError(new OperationException(PoolerErrors.PoolNotFound, $"{context.Name}: PgBouncer has no pool of user '{name}'.", name), context.Name);
        }
    }
}
