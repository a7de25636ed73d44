using System.Management.Automation;
using CivicQ.Ops.Core.Database.Maintenance;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Pipeline;

namespace CivicQ.Ops.Commands.Database;

/// <summary>Makes an index while its table is in use.</summary>
[Cmdlet(VerbsCommon.New, "CivicQDatabaseIndex", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(MaintenanceResult))]
public sealed class NewCivicQDatabaseIndexCommand : DatabaseCmdlet
{
    /// <summary>The table, by its exact name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.DatabaseTableCompleter))]
    public string Table { get; set; } = "";

    /// <summary>The columns that are searched by, in their order, by their exact names.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string[] Column { get; set; } = [];

    /// <summary>The table's schema.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.DatabaseSchemaCompleter))]
    public string Schema { get; set; } = "public";

    /// <summary>Further columns that are kept along, so that queries need not look into the table.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? IncludeColumn { get; set; }

    /// <summary>The index's name; of table and columns without it, as PostgreSQL names them.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>The access method.</summary>
    [Parameter]
    [ValidateSet("btree", "hash", "gin", "gist", "spgist", "brin")]
    public string Method { get; set; } = "btree";

    /// <summary>No two rows may have the same values.</summary>
    [Parameter]
    public SwitchParameter Unique { get; set; }

    /// <summary>How long a lock, or an older transaction, is waited for before the build is begun anew; it is tried three times.</summary>
    [Parameter]
    [ValidateRange(0.01, 86400)]
    public double LockTimeoutSeconds { get; set; } = 30;

    /// <summary>How long the build may take; as long as it takes without it.</summary>
    [Parameter]
    [ValidateRange(0.1, 604800)]
    public double? TimeoutSeconds { get; set; }

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var index = new IndexDefinition
        {
            Schema = Schema, Table = Table, Columns = Column, Included = IncludeColumn ?? [], Name = Name, Method = Method.ToLowerInvariant(), IsUnique = Unique,
        };
        var limits = new MaintenanceLimits
        {
            Parallel = 1,
            LockTimeout = TimeSpan.FromSeconds(LockTimeoutSeconds),
            StatementTimeout = TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
        var plan = await IndexPlanner.PlanAsync(context, Database, index, limits, cancellationToken).ConfigureAwait(false);
        await new PlanRunner(Reporter, WriteAsync, ReportError, ShouldProcessAsync).RunAsync(plan, context.Name, cancellationToken).ConfigureAwait(false);
    }
}
