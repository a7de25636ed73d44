using System.Diagnostics;
using System.Globalization;
using CivicQ.Ops.Core.Backups.Logical;
using CivicQ.Ops.Core.Backups.Restore;
using CivicQ.Ops.Core.Backups.Servers;
using CivicQ.Ops.Core.Backups.Stores;
using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.Backups.Recovery;

/// <summary>
/// The recovery drill: the newest backup is recovered by a throw-away server, its rows are counted, and time and loss are compared with the objectives.
/// The live server is not touched, and nothing stays.
/// </summary>
public sealed class RecoveryTest
{
    private const long Reserve = 256L << 20;
    private readonly EnvironmentContext context;
    private readonly RecoveryTestOptions options;
    private readonly List<RecoveryStep> steps = [];
    private readonly DateTimeOffset began = DateTimeOffset.UtcNow;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private string step = "Backup";
    private TimeSpan stepBegan;

    private RecoveryTest(EnvironmentContext context, RecoveryTestOptions options) => (this.context, this.options) = (context, options);

    /// <summary>Rehearses a recovery. What fails in it stands in the result.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Ends it; nothing is left behind.</param>
    /// <returns>What came of it.</returns>
    /// <exception cref="OperationException">It could not be begun: no place for backups, no room, no server programs.</exception>
    public static async Task<RecoveryTestResult> RunAsync(EnvironmentContext context, RecoveryTestOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        var stores = await BackupStores.OpenAsync(context, options.Folder, options.Locations, cancellationToken).ConfigureAwait(false);
        await using var closingStores = stores.ConfigureAwait(false);
        return await new RecoveryTest(context, options).TestAsync(stores, cancellationToken).ConfigureAwait(false);
    }

    private async Task<RecoveryTestResult> TestAsync(BackupStores stores, CancellationToken cancellationToken)
    {
        var settings = context.Environment.Backups ?? new BackupSettings();
        var database = options.Database ?? (await DatabaseAddress.ResolveAsync(context, cancellationToken).ConfigureAwait(false)).Database ?? "postgres";
        var result = new RecoveryTestResult
        {
            Environment = context.Name, Database = database, Passed = false, RpoTarget = TimeSpan.FromHours(settings.RpoHours), RtoTarget = TimeSpan.FromHours(settings.RtoHours),
        };
        try
        {
            var all = await BackupCatalogue.ListAsync(context, stores, began, cancellationToken).ConfigureAwait(false);
            var found = Choose(all, database);
            result = result with { Name = found.Info.Name, Kind = found.Info.Kind, Path = found.Info.Path };
            End(true, $"{found.Info.Path}, {Measure.Bytes(found.Info.SizeBytes)}, {Measure.Duration(found.Info.Age)} old");
            result = found.Info.Kind == BackupKind.Physical
                ? await PhysicalAsync(found, result, cancellationToken).ConfigureAwait(false)
                : await LogicalAsync(found, result, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException error) when (!IsOwnFault(error))
        {
            End(false, error.Message);
            return result with { Reason = error.Message, Steps = steps, Duration = clock.Elapsed };
        }

        var reason = result.Rpo > result.RpoTarget ? $"{Measure.Duration(result.Rpo.Value)} of work would be lost, and {Measure.Duration(result.RpoTarget)} may be."
            : result.Rto > result.RtoTarget ? $"It took {Measure.Duration(result.Rto.Value)}, and may take {Measure.Duration(result.RtoTarget)}."
            : null;
        return result with { Passed = reason is null, Reason = reason, Verified = true, Steps = steps, Duration = clock.Elapsed };
    }

    // What this machine lacks says nothing of the backups.
    private static bool IsOwnFault(OperationException error) =>
        error.Definition == BackupErrors.NoRoom || error.Definition == RecoveryErrors.FolderNotUsable || error.Definition == RecoveryErrors.ServerNotInstalled
        || error.Definition == BackupErrors.ProgramNotInstalled || error.Definition == BackupErrors.ProgramTooOld;

    private FoundBackup Choose(IReadOnlyList<FoundBackup> all, string database)
    {
        if (options.PointInTime is { } time)
        {
            return RecoveryPlan.Choose(context, all, time, options.Name, null)[0];
        }

        // A damaged newest backup is what a rehearsal is to find, so it is not passed over.
        var kinds = options.Kind is { } one ? [one] : new[] { BackupKind.Logical, BackupKind.Physical };
        var newest = all.FirstOrDefault(found => found.Info.IsOwn && kinds.Contains(found.Info.Kind) && (found.Info.Kind == BackupKind.Physical || string.Equals(found.Info.Database, database, StringComparison.Ordinal)));
        return options.Name is null && newest?.Info is { State: BackupState.Damaged } damaged
            ? throw new OperationException(BackupErrors.Damaged, $"{damaged.Path}: {damaged.Reason}", damaged.Name)
            : options.Name is null && newest is not null ? newest
            : BackupCatalogue.Choose(context, all, options.Name, options.Kind, options.Name is null && options.Kind != BackupKind.Physical ? database : null);
    }

    private async Task<RecoveryTestResult> LogicalAsync(FoundBackup found, RecoveryTestResult result, CancellationToken cancellationToken)
    {
        var manifest = found.Info.Manifest!;
        var major = int.Parse(manifest.ServerVersion.Split('.', ' ')[0], NumberStyles.None, CultureInfo.InvariantCulture);
        Begin("Server");
        var programs = await ServerPrograms.FindAsync(context, major, orNewer: true, cancellationToken).ConfigureAwait(false);
        var folder = ThrowAwayFolder.Make(options.WorkDirectory, (manifest.DatabaseBytes ?? manifest.UncompressedBytes) + Reserve, context.Reporter);
        await using var closingFolder = folder.ConfigureAwait(false);
        await ThrowAwayServer.InitializeAsync(folder, programs, manifest.Encoding ?? "UTF8", cancellationToken).ConfigureAwait(false);
        var version = int.Parse((await File.ReadAllTextAsync(System.IO.Path.Combine(folder.DataFolder, "PG_VERSION"), cancellationToken).ConfigureAwait(false)).Trim(), NumberStyles.None, CultureInfo.InvariantCulture);
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["fsync"] = "off", ["full_page_writes"] = "off", ["synchronous_commit"] = "off", ["max_wal_size"] = "4GB" };
        var server = await ThrowAwayServer.StartAsync(folder, programs, version, folder.DataFolder, settings, new ServerLog(context.Reporter, null), cancellationToken).ConfigureAwait(false);
        await using var closingServer = server.ConfigureAwait(false);
        End(true, string.Create(CultureInfo.InvariantCulture, $"PostgreSQL {version} in {folder.Path}"));
        Begin("Restore");
        var target = server.Context(context, manifest.Database, "postgres");
        var restore = await LogicalRestore.PrepareAsync(
            target,
            new RestoreOptions { Name = manifest.Name, TargetDatabase = manifest.Database, NoOwner = true, Replace = true, DropPrevious = true, Jobs = options.Jobs, Folder = options.Folder, Locations = [found.Info.Location] },
            cancellationToken).ConfigureAwait(false);
        await using var closing = restore.ConfigureAwait(false);
        var restored = await restore.ExecuteAsync(cancellationToken).ConfigureAwait(false);
        End(true, string.Create(CultureInfo.InvariantCulture, $"{restored.Tables} tables with {restored.Rows?.ToString("N0", CultureInfo.InvariantCulture) ?? "uncounted"} rows, as the manifest says"));
        return result with { RecoveryTime = manifest.StartTime, Rpo = began - manifest.StartTime, Rto = clock.Elapsed, Tables = restored.Tables, Rows = restored.Rows };
    }

    private async Task<RecoveryTestResult> PhysicalAsync(FoundBackup found, RecoveryTestResult result, CancellationToken cancellationToken)
    {
        var manifest = found.Info.Manifest!;
        var goal = Goal(manifest);
        Begin("Files");
        var folder = ThrowAwayFolder.Make(options.WorkDirectory, manifest.UncompressedBytes + Reserve, context.Reporter);
        await using var closingFolder = folder.ConfigureAwait(false);
        using var data = DataDirectory.Make(folder, null, 0);
        if (await RecoveredServer.LayDownAsync(context, found, folder, data.Path, cancellationToken).ConfigureAwait(false) is { } damage)
        {
            throw new OperationException(BackupErrors.Damaged, $"{found.Info.Path}: {damage}", found.Info.Name);
        }

        End(true, $"{Measure.Bytes(manifest.UncompressedBytes)}, every file as PostgreSQL's manifest says");
        Begin("Recovery");
        var server = await RecoveredServer.StartAsync(context, manifest, folder, data.Path, goal, keeps: false, cancellationToken).ConfigureAwait(false);
        await using var closingServer = server.ConfigureAwait(false);
        var end = options.PointInTime is null && goal is not null ? ReplayEnd.Of(goal.Archive, manifest, server.Log) : null;
        if (end?.Failure is { } failure)
        {
            throw failure;
        }

        var time = options.PointInTime ?? Newest(manifest, end, server.Log);
        End(true, string.Create(CultureInfo.InvariantCulture, $"up to {RecoveryPlan.Text(time)}, {server.Log.Segments} segments from the archive{(end?.Remark is { } remark ? $"; {remark}" : "")}"));
        var rto = clock.Elapsed;
        Begin("Rows");
        var (tables, rows) = await CountAsync(server.Context(context, result.Database), cancellationToken).ConfigureAwait(false);
        End(true, string.Create(CultureInfo.InvariantCulture, $"{tables} tables with {rows:N0} rows can be read to the last one"));
        // Asked for an earlier time, the rehearsal says nothing of what is lost now.
        return result with { RecoveryTime = time, Rpo = options.PointInTime is null ? began - time : null, Rto = rto, Tables = tables, Rows = rows };
    }

    private RecoveryGoal? Goal(BackupManifest manifest)
    {
        if (options.PointInTime is null && (options.BackupOnly || context.Environment.Backups?.WalArchive is null))
        {
            return null;
        }

        var archive = RecoveryPlan.Archive(context, null);
        if (options.PointInTime is { } time)
        {
            return new RecoveryGoal(archive, time, RecoveryPlan.Prove(archive, manifest, time, switched: false));
        }

        var reach = RecoveryPlan.Reach(archive, manifest);
        return reach.IsGap
            ? throw new OperationException(RecoveryErrors.WalMissing, $"{archive.Folder} has no {reach.Missing}, and later segments: what was committed since is not to be recovered from {manifest.Name}.", reach.Missing)
            : new RecoveryGoal(archive, null, 0);
    }

    // Whoever commits nothing loses nothing: the time of the last segment that was replayed counts, where it is later than the last transaction in it.
    private static DateTimeOffset Newest(BackupManifest manifest, ReplayEnd? end, RecoveryLog log) =>
        new[] { manifest.StartTime, end?.Reached?.LastWrite, log.LastTransaction }.Max() ?? manifest.StartTime;

    private static async Task<(int Tables, long Rows)> CountAsync(EnvironmentContext recovered, CancellationToken cancellationToken)
    {
        var source = await LogicalSource.OpenAsync(recovered, null, cancellationToken).ConfigureAwait(false);
        await using var closing = source.ConfigureAwait(false);
        var tables = await source.CountAsync(null, cancellationToken).ConfigureAwait(false);
        return (tables.Count, tables.Sum(table => table.Rows ?? 0));
    }

    private void Begin(string name) => (step, stepBegan) = (name, clock.Elapsed);

    private void End(bool passed, string detail) => steps.Add(new RecoveryStep(step, passed, clock.Elapsed - stepBegan, detail));
}
