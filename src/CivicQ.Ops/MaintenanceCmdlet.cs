using System.Management.Automation;
using CivicQ.Ops.Core.Database.Maintenance;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Pipeline;

namespace CivicQ.Ops;

/// <summary>The base of cmdlets that maintain tables: what is piped in is gathered, planned as one run for each database, agreed to, and done.</summary>
public abstract class MaintenanceCmdlet : CollectingCmdlet<MaintenanceTarget>
{
    /// <summary>Another database of the same server; the environment's own without it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.DatabaseCompleter))]
    public string? Database { get; set; }

    /// <summary>The tables, by name; wildcards are allowed. All without it.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.DatabaseTableCompleter))]
    public string[]? Table { get; set; }

    /// <summary>Their schemas; wildcards are allowed. All but the system's without it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.DatabaseSchemaCompleter))]
    public string[]? Schema { get; set; }

    /// <summary>How many tables are worked on at once.</summary>
    [Parameter]
    [ValidateRange(1, 64)]
    public int Parallel { get; set; } = new MaintenanceLimits().Parallel;

    /// <summary>How long a lock is waited for before the table goes to the back of the queue.</summary>
    [Parameter]
    [ValidateRange(0.01, 86400)]
    public double LockTimeoutSeconds { get; set; } = 5;

    /// <summary>How long one statement may run; as long as it takes without it.</summary>
    [Parameter]
    [ValidateRange(0.1, 604800)]
    public double? TimeoutSeconds { get; set; }

    /// <summary>How hard the run may press.</summary>
    private protected MaintenanceLimits Limits => new()
    {
        Parallel = Parallel,
        LockTimeout = TimeSpan.FromSeconds(LockTimeoutSeconds),
        StatementTimeout = TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
    };

    /// <summary>The indexes, for cmdlets that work on indexes.</summary>
    private protected virtual string[]? Indexes => null;

    /// <summary>Makes the plan for one database.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="database">The database; the environment's own where this is <see langword="null"/>.</param>
    /// <param name="targets">Which tables.</param>
    /// <param name="cancellationToken">Cancelled by Ctrl+C.</param>
    /// <returns>The plan.</returns>
    protected abstract Task<MaintenancePlan> PlanAsync(
        EnvironmentContext context, string? database, IReadOnlyList<MaintenanceTarget> targets, CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected override Task<IReadOnlyList<MaintenanceTarget>> CollectAsync(CancellationToken cancellationToken)
    {
        // What objects bring along are the catalog's own names, whatever letters they have; what somebody types may be a pattern.
        var exact = MyInvocation.ExpectingInput;
        IReadOnlyList<MaintenanceTarget> targets =
        [
            .. from schema in Schema ?? [null!] from table in Table ?? [null!] from index in Indexes ?? [null!]
               select new MaintenanceTarget(Database, schema, table, index, exact),
        ];
        return Task.FromResult(targets);
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var runner = new PlanRunner(Reporter, WriteAsync, ReportError, ShouldProcessAsync);
        foreach (var group in Batch.GroupBy(target => target.Database))
        {
            var plan = await PlanAsync(context, group.Key, [.. group], cancellationToken).ConfigureAwait(false);
            await runner.RunAsync(plan, context.Name, cancellationToken).ConfigureAwait(false);
        }
    }
}
