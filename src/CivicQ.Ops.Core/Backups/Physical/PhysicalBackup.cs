using System.Globalization;
using CivicQ.Ops.Core.Backups.Programs;
using CivicQ.Ops.Core.Backups.Stores;
using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Measures;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Backups.Physical;

/// <summary>
/// Backs up a whole server with <c>pg_basebackup</c>: its files with the WAL that makes them consistent, in one pass to all places, read back
/// file by file against PostgreSQL's own manifest, then published. What point-in-time recovery begins with.
/// </summary>
public static class PhysicalBackup
{
    /// <summary>What is backed up and where to, for people.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>One phrase, without secrets.</returns>
    /// <exception cref="OperationException"><see cref="BackupErrors.NoPlace"/>, or a secret that cannot be read.</exception>
    public static async Task<string> DescribeAsync(EnvironmentContext context, PhysicalOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        var stores = await BackupStores.OpenAsync(context, options.Folder, options.Locations, cancellationToken).ConfigureAwait(false);
        await using var closingStores = stores.ConfigureAwait(false);
        var address = await DatabaseAddress.ResolveAsync(context, cancellationToken).ConfigureAwait(false);
        return string.Create(CultureInfo.InvariantCulture, $"all files of the server {address.Host}:{address.Port} of environment '{context.Name}' to {stores.Addresses}");
    }

    /// <summary>Runs it.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Ends it; nothing is left behind.</param>
    /// <returns>What was made.</returns>
    /// <exception cref="OperationException">One of <see cref="BackupErrors"/>, <see cref="RecoveryErrors"/>, <see cref="DatabaseErrors"/>, <see cref="StorageErrors"/>.</exception>
    public static async Task<BackupResult> RunAsync(EnvironmentContext context, PhysicalOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        var stores = await BackupStores.OpenAsync(context, options.Folder, options.Locations, cancellationToken).ConfigureAwait(false);
        await using var closingStores = stores.ConfigureAwait(false);
        var place = await ProgramPlaces.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var closingPlace = place.ConfigureAwait(false);
        var source = await PhysicalSource.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var closingSource = source.ConfigureAwait(false);
        var program = await place.FindAsync("pg_basebackup", source.Major, cancellationToken).ConfigureAwait(false);
        var time = DateTimeOffset.UtcNow;
        var beginning = await BackupJob.BeginAsync(context, stores, source.Database, BackupKind.Physical, source.Bytes, cancellationToken).ConfigureAwait(false);
        return await BackupJob.RunAsync(
            context, stores, beginning, beginning.Path.Name + ".tar.zst", compress: true,
            (writer, token) => WriteAsync(context, options, source, place, program, beginning.Path.Name, time, writer, token), () => new BaseCheck(), cancellationToken).ConfigureAwait(false);
    }

    private static async Task<BackupManifest> WriteAsync(
        EnvironmentContext context, PhysicalOptions options, PhysicalSource source, IProgramPlace place, PostgresProgram program, string name, DateTimeOffset time,
        BackupWriter writer, CancellationToken cancellationToken)
    {
        var activity = $"Backing up the server of {context.Name}";
        var words = new ProgramWords(program.Name, context.Reporter);
        using var facts = new BaseFacts();
        var tar = new BaseTarReader(facts);
        string[] arguments =
        [
            .. place.ConnectionArguments(null), "--pgdata=-", "--format=tar", "--wal-method=fetch", "--checkpoint=" + (options.SpreadCheckpoint ? "spread" : "fast"),
            "--manifest-checksums=SHA256", "--label=" + name,
        ];
        context.Reporter.Progress(new ProgressReport(activity, "Waiting for the server's checkpoint"));
        var code = await place.RunAsync(
            program, arguments, null,
            async (bytes, token) =>
            {
                tar.Add(bytes.Span);
                await writer.WriteAsync(bytes, token).ConfigureAwait(false);
                context.Reporter.Progress(new ProgressReport(
                    activity, $"{Measure.Bytes(writer.UncompressedBytes)} read, {Measure.Bytes(writer.SizeBytes)} written",
                    source.Bytes > 0 ? Math.Min(1, writer.UncompressedBytes / (double)source.Bytes) : null));
            },
            words.Add, cancellationToken).ConfigureAwait(false);
        context.Reporter.Progress(new ProgressReport(activity, "Done", 1, Completed: true));
        if (code == 0)
        {
            await source.EnsureHeldAsync(cancellationToken).ConfigureAwait(false);
        }

        return code != 0
            ? throw new OperationException(
                BackupErrors.ProgramFailed, string.Create(CultureInfo.InvariantCulture, $"{program.Name} of {context.Name} ended with code {code}: {words}"), context.Name)
            : (tar.End() ?? facts.Read()) is { } damage
            ? throw new OperationException(BackupErrors.NotVerified, $"What {program.Name} gave is no whole backup. {damage}", context.Name)
            // Programs in a service connect to whatever server is beside them.
            : source.SystemIdentifier is { } expected && facts.SystemIdentifier != expected
            ? throw new OperationException(
                BackupErrors.OtherServer, $"{program.Name} gave the files of the server {facts.SystemIdentifier}, and the environment's database is on the server {expected}.", context.Name)
            : new BackupManifest
            {
                Name = name, Kind = BackupKind.Physical, Format = BackupFormat.BaseTar, Environment = context.Name, Database = source.Database, ServerVersion = source.ServerVersion,
                SystemIdentifier = facts.SystemIdentifier, DatabaseBytes = source.Bytes, Tool = program.Version, StartTime = time, EndTime = time,
                StartLsn = facts.StartLsn, EndLsn = facts.EndLsn, Timeline = facts.Timeline, FileName = "", SizeBytes = 0, UncompressedBytes = 0, Sha256 = "",
            };
    }
}
