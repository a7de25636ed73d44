using System.Management.Automation;
using CivicQ.Ops.Core.Database.Tables;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Growth;

namespace CivicQ.Ops.Commands.Database;

/// <summary>Lists the tables of a database by size: rows, indexes, TOAST, and how much they grew since the last look.</summary>
[Cmdlet(VerbsCommon.Get, "CivicQTableSize")]
[OutputType(typeof(DatabaseTableSize))]
public sealed class GetCivicQTableSizeCommand : TableCmdlet
{
    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        SizeHistory? history = null;
        var found = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        await foreach (var size in TableSizeReader.ReadAsync(context, Database, Schema, Table, cancellationToken).ConfigureAwait(false))
        {
            history ??= SizeHistory.Open("table-sizes", context.Name, size.Database, Reporter);
            Note(size.Database, size.Schema, size.Table);
            found.Add(size.Table);
            var (growth, since) = history.Grow(size.TotalBytes, size.Schema, size.Table);
            await WriteAsync(size with { GrowthBytes = growth, GrowthSince = since }, cancellationToken).ConfigureAwait(false);
        }

        history?.Save();
        ReportMissing(context, found);
    }
}
