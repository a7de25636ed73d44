using System.Globalization;
using System.Runtime.CompilerServices;
using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Backups.Programs;
using CivicQ.Ops.Core.Backups.Recovery;
using CivicQ.Ops.Core.Backups.Stores;
using CivicQ.Ops.Core.Backups.Wal;
using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;
using CivicQ.Ops.Core.Measures;
using CivicQ.Ops.Core.Storage;
using Npgsql;

namespace CivicQ.Ops.Core.Procedures;

/// <summary>What <see cref="EnvironmentTest"/> tests of backups: that their places can be written, that the programs are there, and that WAL is archived.</summary>
internal static class BackupSteps
{
    private const string Settings = """
        SELECT current_setting('wal_level'), current_setting('archive_mode'), coalesce(current_setting('archive_command', true), ''), coalesce(current_setting('archive_library', true), ''),
               pg_size_bytes(current_setting('wal_segment_size')), pg_catalog.pg_is_in_recovery()
        """;

    private const string Archiver = """
        SELECT last_archived_wal, last_archived_time, failed_count, last_failed_wal, last_failed_time, coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false)
        FROM pg_catalog.pg_stat_archiver
        """;

    /// <summary>The places, and the programs.</summary>
    public static async IAsyncEnumerable<TestStep> PlacesAsync(EnvironmentContext context, BackupSettings settings, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (settings.Folder is { } folder)
        {
            yield return new TestStep("Write", folder, () => Task.FromResult(Write(Path.GetFullPath(folder, CurrentFolder.Path))));
        }

        if (settings.Bucket is not null)
        {
            yield return new TestStep("Write", $"s3://{settings.Bucket}/{settings.Prefix}", () => WriteAsync(context, settings, cancellationToken));
        }

        if (context.Environment.Database is not null)
        {
            yield return new TestStep("Program", settings.Service ?? settings.Programs ?? "pg_dump", () => ProgramsAsync(context, settings, cancellationToken));
        }
    }

    /// <summary>The archive of WAL.</summary>
    public static async IAsyncEnumerable<TestStep> WalAsync(EnvironmentContext context, string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new TestStep("Connect", "database", null);
        var connection = await DatabaseConnector.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        var target = DatabaseReader.TargetOf(connection);
        var segment = 0L;
        yield return new TestStep("Settings", target, async () =>
        {
            (segment, var said) = await SettingsAsync(connection, context.Timeout, folder, cancellationToken).ConfigureAwait(false);
            return said;
        });
        string? last = null;
        yield return new TestStep("Archiver", target, async () =>
        {
            (last, var said) = await ArchiverAsync(connection, context.Timeout, cancellationToken).ConfigureAwait(false);
            return said;
        });
        yield return new TestStep("Archive", folder, async () => await ArchiveAsync(context, segment, last, cancellationToken).ConfigureAwait(false));
    }

    private static string Write(string folder)
    {
        // A folder that is not there yet is made with the first backup.
        var place = folder;
        while (!Directory.Exists(place) && Path.GetDirectoryName(place) is { } parent)
        {
            place = parent;
        }

        try
        {
            var file = Path.Combine(place, $".civicq-test-{Guid.NewGuid():N}");
            using (new FileStream(file, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose }))
            {
            }

            return $"{(place == folder ? "The folder" : $"{place}, where it will be made,")} can be written; {Measure.Bytes(new DriveInfo(place).AvailableFreeSpace)} are free.";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OperationException(BackupErrors.WriteFailed, $"{folder} cannot be written: {error.Message}", folder, error);
        }
    }

    private static async Task<string> WriteAsync(EnvironmentContext context, BackupSettings settings, CancellationToken cancellationToken)
    {
        if (context.Environment.Storage is null)
        {
            throw new OperationException(BackupErrors.NoPlace, $"backups.bucket is '{settings.Bucket}', and the environment has no storage.", context.Name);
        }

        using var objects = await ObjectStore.ConnectAsync(context, cancellationToken).ConfigureAwait(false);
        var remains = await WriteProbe.RunAsync(objects, settings.Bucket!, settings.Prefix, cancellationToken).ConfigureAwait(false);
        return remains is null ? "The bucket can be written." : $"The bucket can be written. {remains}";
    }

    private static async Task<string> ProgramsAsync(EnvironmentContext context, BackupSettings settings, CancellationToken cancellationToken)
    {
        int major;
        var connection = await DatabaseConnector.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            major = connection.PostgreSqlVersion.Major;
        }

        var place = await ProgramPlaces.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var closing = place.ConfigureAwait(false);
        var found = new List<string>();
        foreach (var name in settings.WalArchive is null ? ["pg_dump", "pg_restore"] : new[] { "pg_dump", "pg_restore", "pg_basebackup" })
        {
            var program = await place.FindAsync(name, major, cancellationToken).ConfigureAwait(false);
            found.Add(program.Path);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", found)} go with the server's version {major}.");
    }

    private static async Task<(long Segment, string Said)> SettingsAsync(NpgsqlConnection connection, TimeSpan timeout, string folder, CancellationToken cancellationToken)
    {
        var one = await DatabaseReader.OneAsync(
            connection, timeout, Settings, [],
            reader => (Level: reader.GetString(0), Mode: reader.GetString(1), Command: reader.GetString(2), Library: reader.GetString(3), Segment: reader.GetInt64(4), Replica: reader.GetBoolean(5)), cancellationToken).ConfigureAwait(false);
        var missing = new List<string>();
        if (one.Level == "minimal")
        {
            missing.Add("wal_level = replica");
        }

        if (one.Mode == "off" || (one.Replica && one.Mode != "always"))
        {
            missing.Add(one.Replica ? "archive_mode = always" : "archive_mode = on");
        }

        // With archive_mode off the command is shown as '(disabled)'.
        if ((one.Command.Length == 0 || one.Command == "(disabled)") && one.Library.Length == 0)
        {
            missing.Add($"archive_command = 'test ! -f {folder}/%f && cp %p {folder}/%f'");
        }

        return missing.Count == 0
            ? (one.Segment, $"WAL is archived with {(one.Library.Length > 0 ? "archive_library " + one.Library : $"archive_command {one.Command}")}, in segments of {Measure.Bytes(one.Segment)}.")
            : throw new OperationException(RecoveryErrors.NotArchived, $"The server does not archive its WAL; missing: {string.Join("; ", missing)}.", folder);
    }

    private static async Task<(string? Last, string Said)> ArchiverAsync(NpgsqlConnection connection, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var one = await DatabaseReader.OneAsync(
            connection, timeout, Archiver, [],
            reader => (
                Last: reader.IsDBNull(0) ? null : reader.GetString(0), LastTime: reader.IsDBNull(1) ? (DateTimeOffset?)null : reader.GetFieldValue<DateTimeOffset>(1), Failed: reader.GetInt64(2),
                FailedWal: reader.IsDBNull(3) ? "" : reader.GetString(3), FailedTime: reader.IsDBNull(4) ? (DateTimeOffset?)null : reader.GetFieldValue<DateTimeOffset>(4), Fails: reader.GetBoolean(5)), cancellationToken).ConfigureAwait(false);
        return one.Fails
            ? throw new OperationException(
                RecoveryErrors.ArchiveFails,
                string.Create(CultureInfo.InvariantCulture, $"Archiving {one.FailedWal} fails, {one.Failed} times so far, the last time at {RecoveryPlan.Text(one.FailedTime!.Value)}."), one.FailedWal)
            : (one.Last, one.Last is null
                ? "Nothing has been archived yet."
                : string.Create(CultureInfo.InvariantCulture, $"{one.Last} was archived at {RecoveryPlan.Text(one.LastTime!.Value)}{(one.Failed > 0 ? $"; {one.Failed} attempts failed before" : "")}."));
    }

    private static async Task<string> ArchiveAsync(EnvironmentContext context, long segmentBytes, string? last, CancellationToken cancellationToken)
    {
        var archive = RecoveryPlan.Archive(context, segmentBytes > 0 ? segmentBytes : null);
        if (last is not null && WalSegment.IsName(last) && !archive.Has(last))
        {
            throw new OperationException(
                RecoveryErrors.NotArchived, $"The server says that it archived {last}, and {archive.Folder} has not got it: is it the folder that archive_command copies into?", archive.Folder);
        }

        var holds = string.Create(CultureInfo.InvariantCulture, $"{archive.Count} segments, {Measure.Bytes(archive.TotalBytes)}");
        var stores = await BackupStores.OpenAsync(context, null, [], cancellationToken).ConfigureAwait(false);
        await using var closingStores = stores.ConfigureAwait(false);
        var all = await BackupCatalogue.ListAsync(context, stores, DateTimeOffset.UtcNow, cancellationToken).ConfigureAwait(false);
        if (all.FirstOrDefault(one => one.Info is { Kind: BackupKind.Physical, State: BackupState.Complete, IsOwn: true })?.Info.Manifest is not { } manifest)
        {
            return $"{holds}; there is no physical backup yet for recovery to begin with (Backup-CivicQDatabase -Physical).";
        }

        var reach = RecoveryPlan.Reach(archive, manifest);
        return reach.IsGap
            ? throw new OperationException(RecoveryErrors.WalMissing, $"{archive.Folder} has no {reach.Missing}, and later segments: recovery from {manifest.Name} ends there.", reach.Missing)
            : $"{holds}; without a gap from {manifest.Name} to {(reach.Last is { } end ? $"{end.Name}, {RecoveryPlan.Text(end.LastWrite)}" : "its own end")}.";
    }
}
