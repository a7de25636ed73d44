using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Lab;

/// <summary>Starts, stops and describes the lab: a small CivicQ of real servers on loopback.</summary>
public sealed class LabService
{
    private const string Activity = "Starting the lab";
    private readonly IOperationReporter reporter;
    private readonly LabStore store;

    /// <summary>The lab of this user.</summary>
    /// <param name="reporter">Where it says what it does.</param>
    public LabService(IOperationReporter reporter)
        : this(reporter, LabStore.Default)
    {
    }

    /// <summary>A lab in another folder.</summary>
    internal LabService(IOperationReporter reporter, LabStore store)
    {
        this.reporter = reporter;
        this.store = store;
    }

    /// <summary>The folder that holds the lab's state, while there is a lab.</summary>
    public string Folder => store.Folder;

    /// <summary>Starts the lab. One that already runs is left alone and returned, with a warning where it is not whole, unless it is to be started anew.</summary>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Ends the start; everything that was started is stopped again.</param>
    /// <returns>The servers, also those that are not installed.</returns>
    /// <exception cref="OperationException">One of <see cref="LabErrors"/>.</exception>
    public async Task<IReadOnlyList<LabServer>> StartAsync(LabOptions options, CancellationToken cancellationToken)
    {
        store.EnsureReadable();
        using var exclusive = store.Lock();
        if (LabStop.ReadQuietly(store) is { Complete: true } running && !options.Force)
        {
            var gone = running.Servers.Where(server => server.Process is { IsRunning: false }).Select(server => server.Kind).ToList();
            reporter.Warning(gone.Count == 0
                ? "The lab runs already. Start-CivicQLab -Force starts it anew."
                : $"The lab was started, but no longer runs: {string.Join(", ", gone)}. Start-CivicQLab -Force starts it anew.");
            return await GetAsync(cancellationToken).ConfigureAwait(false);
        }

        // What a start that was broken off, or a machine that was restarted, left behind.
        await LabStop.RunAsync(store, reporter).ConfigureAwait(false);
        var clock = Stopwatch.StartNew();
        try
        {
            await StartAllAsync(options, cancellationToken).ConfigureAwait(false);
            store.Write(store.Read()! with { Complete = true });
        }
        catch (Exception error)
        {
            reporter.Verbose("The start failed or was stopped: clearing up.");
            await LabStop.RunAsync(store, reporter).ConfigureAwait(false);
            if (error is IOException or UnauthorizedAccessException)
            {
                throw new OperationException(LabErrors.FolderNotWritable, $"{store.Folder} cannot be written: {error.Message}", store.Folder, error);
            }

            throw;
        }
        finally
        {
            reporter.Progress(new ProgressReport(Activity, "Done", 1, Completed: true));
        }

        reporter.Verbose(string.Create(CultureInfo.InvariantCulture, $"The lab was started in {clock.Elapsed.TotalSeconds:0.0} s."));
        return await GetAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops every process of the lab and removes every file. There need not be a lab, nor a whole one.</summary>
    /// <param name="cancellationToken">Looked at before it begins; half a stop would be of no use.</param>
    /// <returns>True when there was something to stop.</returns>
    /// <exception cref="OperationException"><c>LabNotStopped</c> or <c>LabBusy</c>.</exception>
    public async Task<bool> StopAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        store.EnsureReadable();
        using var exclusive = store.Lock();
        return await LabStop.RunAsync(store, reporter).ConfigureAwait(false);
    }

    /// <summary>Describes the servers as they are now.</summary>
    /// <param name="cancellationToken">Ends the look for programs.</param>
    /// <returns>One object a server, whether it runs or not.</returns>
    /// <exception cref="OperationException"><c>LabStateInvalid</c>, <c>LabNotReadable</c>.</exception>
    public async Task<IReadOnlyList<LabServer>> GetAsync(CancellationToken cancellationToken)
    {
        var state = store.Read();
        return await Task.WhenAll(Enum.GetValues<LabServerKind>().Where(kind => Has(state, kind)).Select(async kind =>
        {
            if (kind == LabServerKind.Services)
            {
                return await LabPlatform.DescribeAsync(state!, state!.Services!, reporter, cancellationToken).ConfigureAwait(false);
            }

            if (kind == LabServerKind.Storage)
            {
                return await LabBuckets.DescribeAsync(store, state!, state!.Storage!, reporter, cancellationToken).ConfigureAwait(false);
            }

            var server = state?.Server(kind);
            if (server?.Process is { IsRunning: true } process)
            {
                return Running(state!, server, process);
            }

            var installed = kind switch
            {
                LabServerKind.Postgres => LabPrograms.PostgresFolder() is not null,
                LabServerKind.Redis => LabPrograms.RedisServer() is not null,
                LabServerKind.Api => LabDotnet.Find() is not null,
                LabServerKind.PgBouncer => LabPrograms.PgBouncer() is not null,
                _ => await LabCelery.FindAsync(cancellationToken).ConfigureAwait(false) is not null,
            };
            return new LabServer
            {
                Name = kind,
                Status = installed ? LabServerStatus.Stopped : LabServerStatus.NotInstalled,
                InstallCommand = installed ? null : LabPrograms.InstallCommand(kind),
                Detail = !installed ? $"Install it with: {LabPrograms.InstallCommand(kind)}" : server is null ? (state is null ? "The lab is not started." : state.Complete ? "Left out." : "Not started yet.") : server.Process is null ? server.Detail : "It has ended by itself, or was killed.",
            };
        })).ConfigureAwait(false);
    }

    // What runs elsewhere the lab has only where it was asked for.
    private static bool Has(LabState? state, LabServerKind kind) => kind switch
    {
        LabServerKind.Services => state?.Services is not null,
        LabServerKind.Storage => state?.Storage is not null,
        _ => true,
    };

    private static LabServer Running(LabState state, LabStateServer server, LabProcess process) => new()
    {
        Name = server.Kind,
        Status = LabServerStatus.Running,
        ProcessId = process.ProcessId,
        MemoryBytes = process.MemoryBytes,
        Version = server.Version,
        StartedAt = state.StartedAt,
        LogFile = server.LogFile,
        Endpoint = server.Kind switch
        {
            LabServerKind.Api when server.HttpsPort != 0 => $"https://127.0.0.1:{server.HttpsPort}",
            LabServerKind.Celery => null,
            _ when server.Port == 0 => null,
            _ => $"127.0.0.1:{server.Port}",
        },
        Detail = server.Kind switch
        {
            _ when !state.Complete => "The start is under way, or was broken off; Stop-CivicQLab clears up.",
            LabServerKind.Api => $"API and site, also on http://127.0.0.1:{server.Port}",
            LabServerKind.Postgres => $"Database {LabEnvironment.Database}, scale {state.Scale}",
            LabServerKind.Redis => "Cache and Celery's broker",
            LabServerKind.PgBouncer => "In front of PostgreSQL, pools of transactions",
            _ => $"Worker of the queue {LabEnvironment.Queues[0]}",
        },
    };

    private async Task StartAllAsync(LabOptions options, CancellationToken cancellationToken)
    {
        var id = Convert.ToHexString(RandomNumberGenerator.GetBytes(12));
        var state = new LabState
        {
            Id = id,
            StartedAt = DateTimeOffset.UtcNow,
            PostgresFolder = LabPostgres.NewFolder(Path.Combine(store.Folder, "postgres")),
            Scale = options.Scale,
            Services = options.Services is { } wished && !options.Exclude.Contains(LabServerKind.Services) ? LabServices.Of(wished, id) : null,
            Storage = options.Storage is { } named && !options.Exclude.Contains(LabServerKind.Storage) ? LabStorage.Of(named.Endpoint, id) : null,
        };

        // First of all, so that whatever happens from here on can be cleared up.
        store.Begin(state);
        var variables = new Dictionary<string, string> { [LabState.Marker] = id };
        var passwords = (Database: store.NewSecret("database"), Api: store.NewSecret("database-api"), Redis: store.NewSecret("redis"), AdminToken: store.NewSecret("admin-token"));
        using var together = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var token = together.Token;
        var done = 0;
        var wanted = Enum.GetValues<LabServerKind>().Except(options.Exclude).Where(kind => Has(state, kind)).ToList();

        // One that fails ends the others: nothing is half started.
        async Task<LabStateServer?> Guard(LabServerKind kind, Func<Task<LabStateServer>> start)
        {
            if (!wanted.Contains(kind))
            {
                return null;
            }

            try
            {
                var server = await start().ConfigureAwait(false);
                store.Add(server);
                reporter.Progress(new ProgressReport(Activity, $"{kind} is ready", (double)Interlocked.Increment(ref done) / wanted.Count));
                return server;
            }
            catch (OperationException error) when (error.Definition == LabErrors.ServerNotInstalled || (kind == LabServerKind.Celery && error.Definition == LabErrors.ServerStartFailed && !token.IsCancellationRequested))
            {
                reporter.Warning(error.Message);
                store.Add(new LabStateServer(kind, null, Detail: error.Message));
                store.Change(now => kind == LabServerKind.Services ? now with { Services = now.Services! with { Detail = error.Message } } : now);
                return null;
            }
            catch
            {
                await together.CancelAsync().ConfigureAwait(false);
                throw;
            }
        }

        reporter.Progress(new ProgressReport(Activity, string.Join(", ", wanted), 0));
        var postgres = Guard(LabServerKind.Postgres, async () =>
        {
            var server = await LabPostgres.StartAsync(
                new LabPostgresOptions
                {
                    Folder = state.PostgresFolder, User = LabEnvironment.Database, Database = LabEnvironment.Database, Password = passwords.Database, Variables = variables,
                    Timeout = options.Timeout, ArchiveWal = true, Settings = new Dictionary<string, string> { ["max_connections"] = "100", ["log_min_duration_statement"] = "1000" },
                },
                reporter, token).ConfigureAwait(false);
            var entry = new LabStateServer(LabServerKind.Postgres, server.Process, server.Port, Version: server.Version, LogFile: server.LogFile);
            store.Add(entry);
            await LabDatabaseSeed.RunAsync(server.ConnectionString, passwords.Api, options.Scale, token).ConfigureAwait(false);
            await LabBackup.TakeAsync(LabEnvironment.Server(store, server.Port), store.BackupFolder, options.Timeout, reporter, token).ConfigureAwait(false);
            return entry;
        });
        var pooler = Guard(LabServerKind.PgBouncer, async () => await postgres.ConfigureAwait(false) is { } server
            ? await LabPgBouncer.StartInLabAsync(state.PostgresFolder, server.Port, passwords.Database, options.Timeout, variables, store, reporter, token).ConfigureAwait(false)
            : new LabStateServer(LabServerKind.PgBouncer, null, Detail: "PostgreSQL, which it is in front of, does not run."));
        var redis = Guard(LabServerKind.Redis, async () =>
        {
            var server = await LabRedis.StartAsync(
                new LabRedisOptions { Folder = store.RedisFolder, Password = passwords.Redis, Variables = variables, Timeout = options.Timeout }, reporter, token).ConfigureAwait(false);
            var entry = new LabStateServer(LabServerKind.Redis, server.Process, server.Port, Version: server.Version, LogFile: server.LogFile);
            store.Add(entry);
            await LabCacheSeed.RunAsync(server.Port, passwords.Redis, options.Scale, token).ConfigureAwait(false);
            return entry;
        });
        var celery = Guard(LabServerKind.Celery, async () => await redis.ConfigureAwait(false) is { } broker
            ? await LabCelery.StartAsync(store, broker.Port, passwords.Redis, options.Timeout, variables, reporter, token).ConfigureAwait(false)
            : new LabStateServer(LabServerKind.Celery, null, Detail: "Redis, its broker, does not run."));
        var api = Guard(LabServerKind.Api, async () =>
        {
            LabFiles.MakeFolder(store.ApiFolder);
            LabHistory.Write(store.AccessLog, store.ApplicationLog, options.Scale);

            // Without one of its servers the API runs and says so.
            var database = (await postgres.ConfigureAwait(false))?.Port ?? LabPort.Free();
            var cache = (await redis.ConfigureAwait(false))?.Port ?? LabPort.Free();
            return await LabApi.StartAsync(store, database, cache, (passwords.Api, passwords.Redis, passwords.AdminToken), options, variables, reporter, token).ConfigureAwait(false);
        });
        var services = Guard(LabServerKind.Services, async () =>
        {
            await LabPlatform.StartAsync(state.Services!, id, options.Timeout, reporter, token).ConfigureAwait(false);
            store.Change(now => now with { Services = state.Services! with { IsStarted = true } });
            return new LabStateServer(LabServerKind.Services, null);
        });
        var storage = Guard(LabServerKind.Storage, async () =>
        {
            // Copied: a lab lives longer than the variables of the shell that it was started in.
            var secrets = new SecretResolver();
            store.KeepSecret("storage-access", await secrets.ResolveAsync(options.Storage!.AccessKey, token).ConfigureAwait(false));
            var key = await secrets.ResolveAsync(options.Storage.SecretKey, token).ConfigureAwait(false);
            store.KeepSecret(LabBuckets.SecretKey, key);
            store.KeepSecret(LabBuckets.EnvironmentKey, key);
            await LabBuckets.StartAsync(store, state.Storage!, reporter, token).ConfigureAwait(false);
            store.Change(now => now with { Storage = state.Storage! with { IsStarted = true } });
            return new LabStateServer(LabServerKind.Storage, null);
        });
        LabMigrations.LayDown(store, reporter);
        Task[] all = [postgres, pooler, redis, celery, api, services, storage];
        try
        {
            await Task.WhenAll(all).ConfigureAwait(false);
        }
        catch
        {
            // The cause, rather than the cancellations that followed from it.
            var cause = all.Select(task => task.Exception?.InnerException).FirstOrDefault(error => error is not null and not OperationCanceledException);
            cancellationToken.ThrowIfCancellationRequested();
            if (cause is not null)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(cause);
            }

            throw;
        }
    }
}
