using System.Management.Automation;
using CivicQ.Ops.Core.Database.Tables;
using CivicQ.Ops.Core.Environments;

namespace CivicQ.Ops.Commands.Database;

/// <summary>Finds out how much of a database's tables is dead rows and free space: measured where pgstattuple is installed, else estimated.</summary>
[Cmdlet(VerbsCommon.Get, "CivicQTableBloat")]
[OutputType(typeof(DatabaseTableBloat))]
public sealed class GetCivicQTableBloatCommand : TableCmdlet
{
    /// <summary>How to find it out; the best way that there is without it.</summary>
    [Parameter]
    public TableBloatMethod? Method { get; set; }

    /// <summary>Only tables of which at least this share is bloat, 0 to 1.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double MinimumRatio { get; set; }

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var request = new TableBloatRequest { Database = Database, Schemas = Schema, Tables = Table, Method = Method };
        var found = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        await foreach (var bloat in TableBloatReader.ReadAsync(context, request, cancellationToken).ConfigureAwait(false))
        {
            Note(bloat.Database, bloat.Schema, bloat.Table);
            found.Add(bloat.Table);
            if (bloat.BloatRatio >= MinimumRatio)
            {
                await WriteAsync(bloat, cancellationToken).ConfigureAwait(false);
            }
        }

        ReportMissing(context, found);
    }
}
