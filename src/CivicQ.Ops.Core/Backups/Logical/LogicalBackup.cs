using System.Formats.Tar;
using System.Globalization;
using CivicQ.Ops.Core.Backups.Programs;
using CivicQ.Ops.Core.Backups.Stores;
using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;
using CivicQ.Ops.Core.Measures;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Backups.Logical;

/// <summary>Backs up one database with <c>pg_dump</c>: one snapshot, one pass, compressed and summed on the way to all places, read back, then published.</summary>
public static class LogicalBackup
{
    /// <summary>What is backed up and where to, for people.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>One phrase, without secrets.</returns>
    /// <exception cref="OperationException"><see cref="BackupErrors.NoPlace"/>, or a secret that cannot be read.</exception>
    public static async Task<string> DescribeAsync(EnvironmentContext context, LogicalOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        var stores = await BackupStores.OpenAsync(context, options.Folder, options.Locations, cancellationToken).ConfigureAwait(false);
        await using var closingStores = stores.ConfigureAwait(false);
        var database = options.Database ?? (await DatabaseAddress.ResolveAsync(context, cancellationToken).ConfigureAwait(false)).Database;
        return $"database '{database}' of environment '{context.Name}' to {stores.Addresses}";
    }

    /// <summary>Runs it.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Ends it; nothing is left behind.</param>
    /// <returns>What was made.</returns>
    /// <exception cref="OperationException">One of <see cref="BackupErrors"/>, <see cref="DatabaseErrors"/>, <see cref="StorageErrors"/>.</exception>
    public static async Task<BackupResult> RunAsync(EnvironmentContext context, LogicalOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        var stores = await BackupStores.OpenAsync(context, options.Folder, options.Locations, cancellationToken).ConfigureAwait(false);
        await using var closingStores = stores.ConfigureAwait(false);
        // Before the snapshot: what was committed in between may be in it, and what is promised is.
        var time = DateTimeOffset.UtcNow;
        var source = await LogicalSource.OpenAsync(context, options.Database, cancellationToken).ConfigureAwait(false);
        await using var closingSource = source.ConfigureAwait(false);
        var place = await ProgramPlaces.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var closingPlace = place.ConfigureAwait(false);
        var program = await place.FindAsync("pg_dump", source.Major, cancellationToken).ConfigureAwait(false);
        var format = options.Jobs > 1 ? BackupFormat.Directory : BackupFormat.Custom;
        if (format == BackupFormat.Directory && place is not LocalPrograms)
        {
            throw new OperationException(
                BackupErrors.ProgramNotInstalled, $"pg_dump with several jobs writes files, so it must run on this machine, and environment '{context.Name}' runs it in the service {context.Environment.Backups!.Service}.", context.Name);
        }

        var beginning = await BackupJob.BeginAsync(context, stores, source.Database, BackupKind.Logical, source.Bytes, cancellationToken).ConfigureAwait(false);
        return await BackupJob.RunAsync(
            context, stores, beginning, beginning.Path.Name + (format == BackupFormat.Custom ? ".dump.zst" : ".tar.zst"), compress: true,
            (writer, token) => WriteAsync(context, options, source, place, program, format, time, writer, token),
            () => format == BackupFormat.Custom ? new ArchiveCheck() : null, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<BackupManifest> WriteAsync(
        EnvironmentContext context, LogicalOptions options, LogicalSource source, IProgramPlace place, PostgresProgram program, BackupFormat format, DateTimeOffset time,
        BackupWriter writer, CancellationToken cancellationToken)
    {
        // One that fails ends the other.
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var dumping = format == BackupFormat.Custom
            ? DumpAsync(context, options, source, place, program, writer, both.Token)
            : DumpFolderAsync(context, options, source, place, program, writer, both.Token);
        var counting = options.CountRows ? source.CountAsync(null, both.Token) : Task.FromResult(source.Tables);
        var first = await Task.WhenAny(dumping, counting).ConfigureAwait(false);
        if (!first.IsCompletedSuccessfully)
        {
            await both.CancelAsync().ConfigureAwait(false);
        }

        try
        {
            // The dump's own words come first: it is what was asked for.
            await dumping.ConfigureAwait(false);
        }
        catch (Exception)
        {
            await both.CancelAsync().ConfigureAwait(false);
            await ((Task)counting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (first == counting && !cancellationToken.IsCancellationRequested)
            {
                await counting.ConfigureAwait(false);
            }

            throw;
        }

        await source.EnsureHeldAsync(cancellationToken).ConfigureAwait(false);
        return new BackupManifest
        {
            Name = "", Kind = BackupKind.Logical, Format = format, Environment = context.Name, Database = source.Database, ServerVersion = source.ServerVersion,
            SystemIdentifier = source.SystemIdentifier, DatabaseBytes = source.Bytes, Encoding = source.Encoding, Tables = await counting.ConfigureAwait(false),
            Migration = source.Migration, Extensions = source.Extensions, Tool = program.Version, StartTime = time, EndTime = time, StartLsn = source.Lsn,
            FileName = "", SizeBytes = 0, UncompressedBytes = 0, Sha256 = "",
        };
    }

    private static async Task DumpAsync(
        EnvironmentContext context, LogicalOptions options, LogicalSource source, IProgramPlace place, PostgresProgram program, BackupWriter writer, CancellationToken cancellationToken)
    {
        var tables = 0;
        var words = new ProgramWords(program.Name, context.Reporter, line => tables += line.Contains("dumping contents of table", StringComparison.Ordinal) ? 1 : 0);
        var activity = $"Backing up {source.Database} of {context.Name}";
        var code = await place.RunAsync(
            program, [.. Arguments(options, source, place), "--format=custom", "--compress=0"], null,
            async (bytes, token) =>
            {
                await writer.WriteAsync(bytes, token).ConfigureAwait(false);
                context.Reporter.Progress(new ProgressReport(
                    activity,
                    string.Create(CultureInfo.InvariantCulture, $"{tables} of {source.Tables.Count} tables, {Measure.Bytes(writer.UncompressedBytes)} read, {Measure.Bytes(writer.SizeBytes)} written"),
                    source.Tables.Count > 0 ? Math.Min(1, tables / (double)source.Tables.Count) : null));
            },
            words.Add, cancellationToken).ConfigureAwait(false);
        context.Reporter.Progress(new ProgressReport(activity, "Done", 1, Completed: true));
        Check(code, words, program, source);
    }

    private static async Task DumpFolderAsync(
        EnvironmentContext context, LogicalOptions options, LogicalSource source, IProgramPlace place, PostgresProgram program, BackupWriter writer, CancellationToken cancellationToken)
    {
        using var work = WorkFolder.Make(Folder(context, options, source));
        var folder = Path.Combine(work.Path, "dump");
        var words = new ProgramWords(program.Name, context.Reporter);
        var code = await place.RunAsync(
            program,
            [.. Arguments(options, source, place), "--format=directory", "--compress=0", "--jobs", options.Jobs.ToString(CultureInfo.InvariantCulture), "--file", folder],
            null, (_, _) => default, words.Add, cancellationToken).ConfigureAwait(false);
        Check(code, words, program, source);
        var target = new WriterStream(writer);
        await using var closing = target.ConfigureAwait(false);
        var tar = new TarWriter(target, TarEntryFormat.Pax, leaveOpen: true);
        await using (tar.ConfigureAwait(false))
        {
            foreach (var file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
            {
                await tar.WriteEntryAsync(file, Path.GetFileName(file), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // In the series' own folder, where the next run sweeps what a killed one left; elsewhere where there is no such folder.
    private static string? Folder(EnvironmentContext context, LogicalOptions options, LogicalSource source)
    {
        var root = options.Folder is { } chosen ? Path.GetFullPath(chosen, CurrentFolder.Path)
            : options.Locations.Count == 0 || options.Locations.Contains(BackupLocation.Folder) ? context.Environment.Backups?.Folder : null;
        return root is null ? null : Path.Combine(root, BackupPath.New(source.Database, BackupKind.Logical, default).Series);
    }

    private static string[] Arguments(LogicalOptions options, LogicalSource source, IProgramPlace place) =>
    [
        .. place.ConnectionArguments(source.Database), "--snapshot", source.Snapshot, "--verbose",
        "--lock-wait-timeout", ((long)options.LockTimeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture),
    ];

    private static void Check(int code, ProgramWords words, PostgresProgram program, LogicalSource source)
    {
        if (code != 0)
        {
            throw new OperationException(
                BackupErrors.ProgramFailed, string.Create(CultureInfo.InvariantCulture, $"{program.Name} of {source.Database} ended with code {code}: {words}"), source.Database);
        }
    }
}
