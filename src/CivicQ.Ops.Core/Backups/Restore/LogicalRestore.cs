using System.Diagnostics;
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
    private readonly BackupStores stores;
    private readonly FoundBackup found;
    private readonly Stopwatch clock = Stopwatch.StartNew();

    private LogicalRestore(EnvironmentContext context, RestoreOptions options, BackupStores stores, FoundBackup found, string target) =>
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
            await stores.DisposeAsync().ConfigureAwait(false);

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
        WorkFolder.Sweep();
        var server = await RestoreServer.OpenAsync(context, Target, options.Replace, cancellationToken).ConfigureAwait(false);
        await using var closingServer = server.ConfigureAwait(false);
        var place = await ProgramPlaces.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var closingPlace = place.ConfigureAwait(false);
        var program = await place.FindAsync("pg_restore", server.Major, cancellationToken).ConfigureAwait(false);
        await using var archive = Unpacker(place, manifest);
        var test = await BackupVerifier.VerifyAsync(context, found, cancellationToken, archive is null ? null : archive.WriteAsync).ConfigureAwait(false);
        if (!test.Passed)
        {
            throw new OperationException(BackupErrors.Damaged, $"{found.Info.Path}: {test.Reason} Nothing was touched.", found.Info.Name);
        }

        await (archive?.CompleteAsync() ?? Task.CompletedTask).ConfigureAwait(false);
        var database = await NewDatabase.CreateAsync(context, server, Target, manifest.Encoding, cancellationToken).ConfigureAwait(false);
        await using var closingDatabase = database.ConfigureAwait(false);
        await FillAsync(new RestoreProgram(place, program, server.Major, context.Reporter), database.Name, archive, cancellationToken).ConfigureAwait(false);
        context.Reporter.Verbose($"{context.Name}: comparing {manifest.Tables.Count} tables with the manifest.");
        var (rows, bytes) = await database.VerifyAsync(manifest.Tables, manifest.Name, cancellationToken).ConfigureAwait(false);
        var previous = await database.PutInPlaceAsync(DateTimeOffset.UtcNow, cancellationToken).ConfigureAwait(false);
        if (previous is not null && options.DropPrevious)
        {
            previous = await DropAsync(server, previous, cancellationToken).ConfigureAwait(false);
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
        await stores.DisposeAsync().ConfigureAwait(false);
    }

    // The new one is in place: what hinders the old one's going (a replication slot, a prepared transaction) takes nothing of that back.
    private async Task<string?> DropAsync(RestoreServer server, string previous, CancellationToken cancellationToken)
    {
        try
        {
            await server.DropAsync(previous, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception error) when (error is OperationException or OperationCanceledException)
        {
            context.Reporter.Warning($"{context.Name}: '{Target}' is restored; the database that it replaced is still there as '{previous}': {error.Message}");
            return previous;
        }
    }

    // Several jobs, and a folder, need files to read from. One job takes the archive as it is decompressed.
    private ArchiveUnpacker? Unpacker(IProgramPlace place, BackupManifest manifest)
    {
        if (place is LocalPrograms)
        {
            return manifest.Format == BackupFormat.Custom && options.Jobs == 1 ? null : ArchiveUnpacker.Begin(manifest);
        }

        if (manifest.Format != BackupFormat.Custom)
        {
            throw new OperationException(
                BackupErrors.ProgramNotInstalled, $"{manifest.Name} is of the form Directory, which pg_restore reads from files: it must run on this machine, not in the service {context.Environment.Backups!.Service}.", manifest.Name);
        }

        if (options.Jobs > 1)
        {
            context.Reporter.Warning($"{context.Name}: pg_restore runs in a service and reads a stream, so it works with one job.");
        }

        return null;
    }

    private async Task FillAsync(RestoreProgram program, string database, ArchiveUnpacker? archive, CancellationToken cancellationToken)
    {
        var manifest = found.Info.Manifest!;
        var activity = $"Restoring {manifest.Name} into {context.Name}";
        List<string> arguments = options.NoOwner ? ["--no-owner", "--no-privileges"] : [];
        if (archive is null)
        {
            var stream = await found.Store.OpenAsync(found.Stored.Path, manifest.FileName, cancellationToken).ConfigureAwait(false);
            await using var closing = stream.ConfigureAwait(false);
            var counted = new CountingStream(stream, read => context.Reporter.Progress(new ProgressReport(
                activity, $"{Measure.Bytes(read)} of {Measure.Bytes(manifest.SizeBytes)} read", manifest.SizeBytes > 0 ? Math.Min(1, read / (double)manifest.SizeBytes) : null)));
            await using var closingCounted = counted.ConfigureAwait(false);
            var plain = new ZstdSharp.DecompressionStream(counted);
            await using var closingPlain = plain.ConfigureAwait(false);
            await program.RunAsync(manifest.Name, database, arguments, plain, told: null, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            var filled = 0;
            arguments.AddRange(["--jobs", options.Jobs.ToString(CultureInfo.InvariantCulture), archive.Path]);
            await program.RunAsync(
                manifest.Name, database, arguments, null,
                line =>
                {
                    if (RestoreProgram.IsTableDone(line, options.Jobs))
                    {
                        context.Reporter.Progress(new ProgressReport(activity, string.Create(CultureInfo.InvariantCulture, $"{++filled} of {manifest.Tables.Count} tables"), Math.Min(1, filled / (double)Math.Max(1, manifest.Tables.Count))));
                    }
                },
                cancellationToken).ConfigureAwait(false);
        }

        context.Reporter.Progress(new ProgressReport(activity, "Done", 1, Completed: true));
    }
}
