using System.Globalization;
using CivicQ.Ops.Core.Backups.Physical;
using CivicQ.Ops.Core.Backups.Servers;
using CivicQ.Ops.Core.Backups.Stores;
using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Measures;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Backups.Recovery;

/// <summary>A throw-away server on the files of a base backup, recovered as far as was asked. It goes when it is disposed of, and its files with it.</summary>
internal sealed class RecoveredServer : IAsyncDisposable
{
    private readonly ThrowAwayServer server;

    private RecoveredServer(ThrowAwayServer server, RecoveryLog log, string role) => (this.server, Log, Role) = (server, log, role);

    /// <summary>What its log said of the recovery.</summary>
    public RecoveryLog Log { get; }

    /// <summary>A superuser of it.</summary>
    public string Role { get; }

    /// <summary>Lays a base backup down, with every file compared with PostgreSQL's own manifest.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="found">The backup.</param>
    /// <param name="folder">Whose account the files are to belong to.</param>
    /// <param name="data">The data directory, which is there and empty.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What is wrong with the backup; <see langword="null"/> where nothing is.</returns>
    /// <exception cref="OperationException"><see cref="RecoveryErrors.FolderNotUsable"/>.</exception>
    public static async Task<string?> LayDownAsync(EnvironmentContext context, FoundBackup found, ThrowAwayFolder folder, string data, CancellationToken cancellationToken)
    {
        var manifest = found.Info.Manifest!;
        var activity = $"Laying down {manifest.Name}";
        var stream = await found.Store.OpenAsync(found.Stored.Path, manifest.FileName, cancellationToken).ConfigureAwait(false);
        await using var closing = stream.ConfigureAwait(false);
        using var extractor = new BaseExtractor(data, folder.Account);
        try
        {
            var read = await BackupReader.ReadAsync(
                stream, compressed: true, new BaseCheck(extractor), cancellationToken,
                bytes => context.Reporter.Progress(new ProgressReport(
                    activity, $"{Measure.Bytes(bytes)} of {Measure.Bytes(manifest.SizeBytes)}", manifest.SizeBytes > 0 ? Math.Min(1, bytes / (double)manifest.SizeBytes) : null))).ConfigureAwait(false);
            return !string.Equals(read.Sha256, manifest.Sha256, StringComparison.Ordinal) ? $"its SHA-256 is another. {read.Damage}".TrimEnd() : read.Damage;
        }
        catch (IOException error)
        {
            // The extractor names the data directory's errors itself. A disk that cannot give the backup back is a damaged backup.
            return error.Message;
        }
        finally
        {
            context.Reporter.Progress(new ProgressReport(activity, "Done", 1, Completed: true));
        }
    }

    /// <summary>Starts a server on the files and recovers it.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="manifest">The backup that the files are of.</param>
    /// <param name="folder">The server's folder.</param>
    /// <param name="data">The data directory.</param>
    /// <param name="goal">Up to where; <see langword="null"/> to where the base backup is consistent.</param>
    /// <param name="keeps">True where the files stay: they are written with care then.</param>
    /// <param name="cancellationToken">Ends it, and the server.</param>
    /// <exception cref="OperationException">One of <see cref="RecoveryErrors"/>.</exception>
    public static async Task<RecoveredServer> StartAsync(
        EnvironmentContext context, BackupManifest manifest, ThrowAwayFolder folder, string data, RecoveryGoal? goal, bool keeps, CancellationToken cancellationToken)
    {
        var major = int.Parse((await File.ReadAllTextAsync(Path.Combine(data, "PG_VERSION"), cancellationToken).ConfigureAwait(false)).Trim(), CultureInfo.InvariantCulture);
        var programs = await ServerPrograms.FindAsync(context, major, orNewer: false, cancellationToken).ConfigureAwait(false);
        // A backup of a replica must not go on as one.
        File.Delete(Path.Combine(data, "standby.signal"));
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!keeps)
        {
            (settings["fsync"], settings["full_page_writes"], settings["synchronous_commit"]) = ("off", "off", "off");
        }

        if (goal is not null)
        {
            var signal = Path.Combine(data, "recovery.signal");
            await File.WriteAllBytesAsync(signal, [], cancellationToken).ConfigureAwait(false);
            folder.Account?.Own(signal);
            settings["restore_command"] = goal.Archive.RestoreCommand();
            settings["recovery_target_action"] = "promote";
            if (goal.Time is { } time)
            {
                settings["recovery_target_time"] = time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff'+00'", CultureInfo.InvariantCulture);
            }
        }

        var activity = $"Recovering {manifest.Name}";
        var log = new RecoveryLog(context.Reporter, activity, goal?.Segments ?? 0);
        ThrowAwayServer? server = null;
        try
        {
            server = await ThrowAwayServer.StartAsync(folder, programs, major, data, settings, new ServerLog(context.Reporter, log.Add), cancellationToken).ConfigureAwait(false);
            if (goal?.Time is { } wanted && (log.StoppedBefore is not { } stopped || stopped <= wanted || log.LastTransaction > wanted))
            {
                throw new OperationException(
                    RecoveryErrors.NotVerified, $"Recovery did not stop at {RecoveryPlan.Text(wanted)}: the log names {(log.StoppedBefore is { } other ? RecoveryPlan.Text(other) : "no stop")}.", manifest.Name);
            }

            return new RecoveredServer(server, log, await RoleAsync(context, server, manifest.Database, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception error)
        {
            if (server is not null)
            {
                await server.DisposeAsync().ConfigureAwait(false);
            }

            if (error is OperationException operation && operation.Definition == RecoveryErrors.ServerFailed)
            {
                throw Explain(operation, log, goal, manifest);
            }

            throw;
        }
        finally
        {
            context.Reporter.Progress(new ProgressReport(activity, "Done", 1, Completed: true));
        }
    }

    /// <summary>The environment that leads to one of its databases, as a superuser.</summary>
    public EnvironmentContext Context(EnvironmentContext context, string database) => server.Context(context, database, Role);

    /// <summary>Stops it in good order.</summary>
    /// <returns>False where it had to be killed.</returns>
    public Task<bool> StopAsync() => server.StopAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => server.DisposeAsync();

    private static OperationException Explain(OperationException error, RecoveryLog log, RecoveryGoal? goal, BackupManifest manifest) =>
        log.BaseTooNew ? new OperationException(RecoveryErrors.TimeNotReachable, $"{manifest.Name} is consistent only after {(goal?.Time is { } time ? RecoveryPlan.Text(time) : "the target")}.", manifest.Name, error)
        : log.EndedEarly ? (goal is null ? null : ReplayEnd.Of(goal.Archive, manifest, log).Failure) ?? new OperationException(
            RecoveryErrors.TimeNotReachable,
            $"The archived WAL ends before {(goal?.Time is { } wanted ? RecoveryPlan.Text(wanted) : "the target")}{(log.LastTransaction is { } last ? $": its last transaction is of {RecoveryPlan.Text(last)}" : "")}.", manifest.Name, error)
        : log.WalTooShort ? new OperationException(RecoveryErrors.WalMissing, $"The WAL ends before {manifest.Name} is consistent. {error.Message}", manifest.Name, error)
        : error;

    // The environment's role need not be one that may read everything; nobody is asked for a password here.
    private static async Task<string> RoleAsync(EnvironmentContext context, ThrowAwayServer server, string database, CancellationToken cancellationToken)
    {
        var own = (await DatabaseAddress.ResolveAsync(context, cancellationToken).ConfigureAwait(false)).Username;
        OperationException? first = null;
        foreach (var (name, user) in new[] { (database, own), (database, "postgres"), ("postgres", "postgres") }.Where(one => !string.IsNullOrEmpty(one.Item2)))
        {
            try
            {
                var connection = await DatabaseConnector.OpenAsync(server.Address(name, user!), context.Timeout, cancellationToken).ConfigureAwait(false);
                await using var closing = connection.ConfigureAwait(false);
                if (await DatabaseReader.OneAsync(
                    connection, context.Timeout, "SELECT rolname::text FROM pg_catalog.pg_roles WHERE rolsuper AND rolcanlogin ORDER BY oid LIMIT 1", [], reader => reader.GetString(0), cancellationToken).ConfigureAwait(false) is { } role)
                {
                    return role;
                }
            }
            catch (OperationException error)
            {
                first ??= error;
            }
        }

        throw first ?? new OperationException(RecoveryErrors.NotVerified, "The recovered server has no superuser that may log in.", database);
    }
}
