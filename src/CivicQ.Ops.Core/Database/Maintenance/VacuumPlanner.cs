using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>Plans VACUUM and ANALYZE over tables.</summary>
public static class VacuumPlanner
{
    private const int SkipDatabaseStatistics = 16;

    /// <summary>Plans VACUUM. With <see cref="VacuumOptions.Full"/> it refuses outside the maintenance window and without room on the disk.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="database">The database; the environment's own where this is <see langword="null"/>.</param>
    /// <param name="targets">Which tables.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The plan; the caller disposes of it.</returns>
    /// <exception cref="OperationException">One of <see cref="MaintenanceErrors"/> or <see cref="DatabaseErrors"/>.</exception>
    public static Task<MaintenancePlan> VacuumAsync(
        EnvironmentContext context, string? database, IReadOnlyList<MaintenanceTarget> targets, VacuumOptions options, CancellationToken cancellationToken)
    {
        if (options.Full && !options.Force)
        {
            CheckWindow(context, DateTimeOffset.UtcNow);
        }

        return MaintenancePlan.MakeAsync(
            context, database,
            async (server, control) =>
            {
                var tables = await TableCatalogue.ListAsync(control.Connection.Inner, targets, cancellationToken).ConfigureAwait(false);
                if (options.Full && tables.Count > 0)
                {
                    await DiskRoom.CheckAsync(server, control, tables, options, cancellationToken).ConfigureAwait(false);
                }

                // VACUUM (ANALYZE) of the leaves leaves out what is known of the whole.
                var whole = options.Analyze ? await PartitionedTables.AnalyzeAsync(control.Connection.Inner, targets, tables, false, cancellationToken).ConfigureAwait(false) : [];
                // From 16 on the database's own figures need not be made anew after each table, but once.
                var skip = control.Version >= SkipDatabaseStatistics;
                List<string> words = [];
                words.AddRange(options.Full ? ["FULL"] : []);
                words.AddRange(options.Freeze ? ["FREEZE"] : []);
                words.AddRange(options.Analyze ? ["ANALYZE"] : []);
                var shown = words.Count == 0 ? "VACUUM" : $"VACUUM ({string.Join(", ", words)})";
                words.AddRange(skip ? ["SKIP_DATABASE_STATS"] : []);
                var verb = words.Count == 0 ? "VACUUM" : $"VACUUM ({string.Join(", ", words)})";
                var action = options.Full ? MaintenanceAction.VacuumFull : options.Analyze ? MaintenanceAction.VacuumAnalyze : MaintenanceAction.Vacuum;
                return new MaintenancePlan(server, control, context, options.Limits, shown)
                {
                    Items = [.. tables.Select(table => Item(table, action, verb)), .. whole],
                    Closing = skip && tables.Count > 0 ? "VACUUM (ONLY_DATABASE_STATS)" : null,
                    Missing = await TableCatalogue.MissingAsync(control.Connection.Inner, targets, cancellationToken).ConfigureAwait(false),
                };
            },
            cancellationToken);
    }

    /// <summary>Plans ANALYZE.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="database">The database; the environment's own where this is <see langword="null"/>.</param>
    /// <param name="targets">Which tables.</param>
    /// <param name="staleOnly">True for those alone whose statistics are missing, or older than autovacuum would have them.</param>
    /// <param name="limits">Time-outs and their like.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The plan; the caller disposes of it.</returns>
    /// <exception cref="OperationException">One of <see cref="MaintenanceErrors"/> or <see cref="DatabaseErrors"/>.</exception>
    public static Task<MaintenancePlan> AnalyzeAsync(
        EnvironmentContext context, string? database, IReadOnlyList<MaintenanceTarget> targets, bool staleOnly, MaintenanceLimits limits, CancellationToken cancellationToken) =>
        MaintenancePlan.MakeAsync(
            context, database,
            async (server, control) =>
            {
                var tables = await TableCatalogue.ListAsync(control.Connection.Inner, targets, cancellationToken).ConfigureAwait(false);
                var whole = await PartitionedTables.AnalyzeAsync(control.Connection.Inner, targets, tables, staleOnly, cancellationToken).ConfigureAwait(false);
                return new MaintenancePlan(server, control, context, limits, "ANALYZE")
                {
                    Items = [.. tables.Where(table => table.IsStale || !staleOnly).Select(table => Item(table, MaintenanceAction.Analyze, "ANALYZE")), .. whole],
                    Missing = await TableCatalogue.MissingAsync(control.Connection.Inner, targets, cancellationToken).ConfigureAwait(false),
                };
            },
            cancellationToken);

    /// <summary>Refuses outside the maintenance window.</summary>
    internal static void CheckWindow(EnvironmentContext context, DateTimeOffset now)
    {
        var window = context.Environment.MaintenanceWindow;
        if (window is null || !window.Contains(now))
        {
            var when = window is null
                ? "the environment names no maintenance window"
                : $"the maintenance window is {(window.Day is { } day ? $"{day} " : "")}{window.From:HH:mm} to {window.To:HH:mm} {window.TimeZone}";
            throw new OperationException(
                MaintenanceErrors.OutsideWindow, $"VACUUM FULL locks each table while it is written anew, and {when}.", context.Name);
        }
    }

    private static MaintenanceItem Item(MaintenanceTable table, MaintenanceAction action, string verb) => new()
    {
        Action = action,
        Statement = $"{verb} {SqlIdentifier.Quote(table.Schema, table.Name)}",
        Schema = table.Schema,
        Table = table.Name,
        TableId = table.Id,
        BytesBefore = table.Bytes,
        DeadTuplesBefore = table.DeadTuples,
        Weight = table.Bytes ?? table.KnownBytes,
    };
}
