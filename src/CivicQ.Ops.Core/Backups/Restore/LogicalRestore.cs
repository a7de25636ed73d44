using System.Diagnostics;
using System.Formats.Tar;
using System.Globalization;
using CivicQ.Ops.Core.Backups.Programs;
using CivicQ.Ops.Core.Backups.Stores;
using CivicQ.Ops.Core.Backups.Verification;
using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;
using CivicQ.Ops.Core.Measures;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Backups.Restore;

/// <summary>
/// Restores a logical backup: reads all of it first, fills a new database beside the present one, compares it with the manifest, and only then
/// changes names. Whatever fails before leaves the server as it was.
/// </summary>
public sealed class LogicalRestore : IAsyncDisposable
{
    private readonly EnvironmentContext context;
    private readonly RestoreOptions options;
    private readonly IReadOnlyList<IBackupStore> stores;
    private readonly FoundBackup found;
    private readonly Stopwatch clock = Stopwatch.StartNew();

    private LogicalRestore(EnvironmentContext context, RestoreOptions options, IReadOnlyList<IBackupStore> stores, FoundBackup found, string target) =>
        (this.context, this.options, this.stores, this.found, Target) = (context, options, stores, found, target);

    /// <summary>The database that is made or replaced.</summary>
    public string Target { get; }

    /// <summary>The backup that is restored.</summary>
    public BackupInfo Backup => found.Info;

    /// <summary>What is to be done, for people.</summary>
    public string Action =>
        $"Restore {Backup.Name} ({Measure.Bytes(Backup.SizeBytes)}, {Measure.Duration(Backup.Age)} old) from {Backup.Path}"
        + (options.Replace ? options.DropPrevious ? "; the present one is dropped" : "; the present one is kept under another name" : "");

    /// <summary>Chooses the backup and the database. Nothing is changed yet.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The restore, to be disposed of.</returns>
    /// <exception cref="OperationException"><see cref="BackupErrors.NotFound"/> and its like.</exception>
    public static async Task<LogicalRestore> PrepareAsync(EnvironmentContext context, RestoreOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        var own = (await DatabaseAddress.ResolveAsync(context, cancellationToken).ConfigureAwait(false)).Database ?? "postgres";
        var stores = await BackupStores.OpenAsync(context, options.Folder, options.Locations, cancellationToken).ConfigureAwait(false);
        try
        {
            var all = await BackupCatalogue.ListAsync(context, stores, DateTimeOffset.UtcNow, cancellationToken).ConfigureAwait(false);
            var found = BackupCatalogue.Choose(context, all, options.Name, BackupKind.Logical, options.Name is null ? options.Database ?? own : null);
            var restore = new LogicalRestore(context, options, stores, found, options.TargetDatabase ?? own);
            // Refused as early as can be: before anybody is asked, and before gigabytes are read.
            var server = await RestoreServer.OpenAsync(context, restore.Target, options.Replace, cancellationToken).ConfigureAwait(false);
            await using var closing = server.ConfigureAwait(false);
            await server.CheckAsync(found.Info.Manifest!, cancellationToken).ConfigureAwait(false);
            return restore;
        }
        catch
        {
            foreach (var store in stores)
            {
                await store.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }
    }

    /// <summary>Restores.</summary>
    /// <param name="cancellationToken">Ends it; the unfinished database is dropped.</param>
    /// <returns>What was restored.</returns>
    /// <exception cref="OperationException">One of <see cref="BackupErrors"/>; nothing was replaced.</exception>
    public async Task<RestoreResult> ExecuteAsync(CancellationToken cancellationToken)
    {
        var manifest = found.Info.Manifest!;
        var test = await BackupVerifier.VerifyAsync(context, found, cancellationToken).ConfigureAwait(false);
        if (!test.Passed)
        {
            throw new OperationException(BackupErrors.Damaged, $"{found.Info.Path}: {test.Reason} Nothing was touched.", found.Info.Name);
        }

        var server = await RestoreServer.OpenAsync(context, Target, options.Replace, cancellationToken).ConfigureAwait(false);
        await using var closingServer = server.ConfigureAwait(false);
        var place = await ProgramPlaces.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var closingPlace = place.ConfigureAwait(false);
        var program = await place.FindAsync("pg_restore", server.Major, cancellationToken).ConfigureAwait(false);
        var database = await NewDatabase.CreateAsync(context, server, Target, manifest.Encoding, cancellationToken).ConfigureAwait(false);
        await using var closingDatabase = database.ConfigureAwait(false);
        await FillAsync(place, program, database.Name, manifest, cancellationToken).ConfigureAwait(false);
        context.Reporter.Verbose($"{context.Name}: comparing {manifest.Tables.Count} tables with the manifest.");
        var (rows, bytes) = await database.VerifyAsync(manifest.Tables, manifest.Name, cancellationToken).ConfigureAwait(false);
        var previous = await database.PutInPlaceAsync(DateTimeOffset.UtcNow, cancellationToken).ConfigureAwait(false);
        if (previous is not null && options.DropPrevious)
        {
            await server.DropAsync(previous, cancellationToken).ConfigureAwait(false);
            previous = null;
        }

        return new RestoreResult
        {
            Environment = context.Name, Database = Target, Name = manifest.Name, Path = found.Info.Path, RecoveryTime = manifest.StartTime, PreviousDatabase = previous,
            Tables = manifest.Tables.Count, Rows = rows, DatabaseBytes = bytes, Verified = true, Duration = clock.Elapsed,
        };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var store in stores)
        {
            await store.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task FillAsync(IProgramPlace place, PostgresProgram program, string database, BackupManifest manifest, CancellationToken cancellationToken)
    {
        var words = new ProgramWords(program.Name, context.Reporter);
        var activity = $"Restoring {manifest.Name} into {context.Name}";
        List<string> arguments = [.. place.ConnectionArguments(database), "--exit-on-error", "--verbose"];
        if (options.NoOwner)
        {
            arguments.AddRange(["--no-owner", "--no-privileges"]);
        }

        var stream = await found.Store.OpenAsync(found.Stored.Path, manifest.FileName, cancellationToken).ConfigureAwait(false);
        await using var closing = stream.ConfigureAwait(false);
        var counted = new CountingStream(stream, read => context.Reporter.Progress(new ProgressReport(
            activity, $"{Measure.Bytes(read)} of {Measure.Bytes(manifest.SizeBytes)} read", manifest.SizeBytes > 0 ? Math.Min(1, read / (double)manifest.SizeBytes) : null)));
        await using var closingCounted = counted.ConfigureAwait(false);
        var plain = new ZstdSharp.DecompressionStream(counted);
        await using var closingPlain = plain.ConfigureAwait(false);
        int code;
        if (manifest.Format == BackupFormat.Custom && (options.Jobs == 1 || place is not LocalPrograms))
        {
            if (options.Jobs > 1)
            {
                context.Reporter.Warning($"{context.Name}: pg_restore runs in a service and reads a stream, so it works with one job.");
            }

            code = await place.RunAsync(program, arguments, plain, (_, _) => default, words.Add, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            if (place is not LocalPrograms)
            {
                throw new OperationException(
                    BackupErrors.ProgramNotInstalled, $"{manifest.Name} is of the form Directory, which pg_restore reads from files: it must run on this machine, not in the service {context.Environment.Backups!.Service}.", manifest.Name);
            }

            using var work = Room(manifest);
            var archive = await UnpackAsync(plain, manifest, work, cancellationToken).ConfigureAwait(false);
            code = await place.RunAsync(
                program, [.. arguments, "--jobs", options.Jobs.ToString(CultureInfo.InvariantCulture), archive], null, (_, _) => default, words.Add, cancellationToken).ConfigureAwait(false);
        }

        context.Reporter.Progress(new ProgressReport(activity, "Done", 1, Completed: true));
        if (code != 0)
        {
            throw new OperationException(BackupErrors.RestoreFailed, string.Create(CultureInfo.InvariantCulture, $"{program.Name} of {manifest.Name} ended with code {code}: {words}"), manifest.Name);
        }
    }

    private static WorkFolder Room(BackupManifest manifest)
    {
        var work = WorkFolder.Make();
        var free = new DriveInfo(work.Path).AvailableFreeSpace;
        if (free >= manifest.UncompressedBytes)
        {
            return work;
        }

        work.Dispose();
        throw new OperationException(
            BackupErrors.NoRoom, $"Several jobs need the decompressed archive, {Measure.Bytes(manifest.UncompressedBytes)}, and {Path.GetTempPath()} has {Measure.Bytes(free)} left. TMPDIR names another folder; one job needs none.", manifest.Name);
    }

    private static async Task<string> UnpackAsync(Stream plain, BackupManifest manifest, WorkFolder work, CancellationToken cancellationToken)
    {
        var archive = Path.Combine(work.Path, "archive");
        if (manifest.Format == BackupFormat.Custom)
        {
            var file = new FileStream(archive, PrivateFile.Options(FileMode.CreateNew, FileAccess.Write, FileShare.None));
            await using var closing = file.ConfigureAwait(false);
            await plain.CopyToAsync(file, 1 << 20, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            Directory.CreateDirectory(archive);
            await TarFile.ExtractToDirectoryAsync(plain, archive, overwriteFiles: false, cancellationToken).ConfigureAwait(false);
        }

        return archive;
    }
}
