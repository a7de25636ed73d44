using System.ComponentModel;
using System.Globalization;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Processes;
using Npgsql;

namespace CivicQ.Ops.Core.Backups.Servers;

/// <summary>
/// A PostgreSQL for a short while, on a data directory of any origin. Nobody but this user's processes reaches it: it listens on a socket in a folder
/// of its own alone. It archives nothing, sends nothing to anybody and runs no jobs, whatever the directory's own settings say.
/// </summary>
internal sealed class ThrowAwayServer : IAsyncDisposable
{
    private const int Port = 5432;
    private const string Ready = "database system is ready to accept connections";
    private readonly ServerProcess process;
    private readonly ThrowAwayFolder folder;

    private ThrowAwayServer(ServerProcess process, ThrowAwayFolder folder) => (this.process, this.folder) = (process, folder);

    /// <summary>Its process id.</summary>
    public int ProcessId => process.ProcessId;

    /// <summary>Makes a new, empty cluster.</summary>
    /// <exception cref="OperationException"><see cref="RecoveryErrors.ServerFailed"/>.</exception>
    public static async Task InitializeAsync(ThrowAwayFolder folder, string programs, string encoding, CancellationToken cancellationToken)
    {
        var lines = new ServerLog(NullReporter.Instance, null);
        IReadOnlyList<string> prefix = folder.Account?.Prefix ?? [];
        List<string> command = [.. prefix, Path.Combine(programs, "initdb"), "-D", folder.DataFolder, "-U", "postgres", "-A", "trust", "-N", "-E", encoding, "--locale=C"];
        var code = await SupervisedProcess.RunAsync(
            new SupervisedCommand { Program = command[0], Arguments = command[1..], Folder = folder.Path, Variables = new Dictionary<string, string?> { ["LC_ALL"] = "C" } },
            (line, _) => lines.Add(line), cancellationToken).ConfigureAwait(false);
        if (code != 0)
        {
            throw new OperationException(RecoveryErrors.ServerFailed, $"initdb ended with code {code}. {lines.Tail}", folder.Path);
        }
    }

    /// <summary>Starts it, and waits until it takes connections: recovery, where there is one to do, is over then.</summary>
    /// <param name="folder">Its folder, for its socket and settings.</param>
    /// <param name="programs">Where <c>postgres</c> is.</param>
    /// <param name="major">The version of both.</param>
    /// <param name="data">The data directory.</param>
    /// <param name="settings">Further settings.</param>
    /// <param name="log">Takes its log.</param>
    /// <param name="cancellationToken">Ends the wait, and the server.</param>
    /// <exception cref="OperationException"><see cref="RecoveryErrors.ServerFailed"/>.</exception>
    public static async Task<ThrowAwayServer> StartAsync(
        ThrowAwayFolder folder, string programs, int major, string data, IReadOnlyDictionary<string, string> settings, ServerLog log, CancellationToken cancellationToken)
    {
        var socket = folder.MakeFolder(Path.Combine(folder.Path, "socket"));
        var (hosts, configuration) = (Path.Combine(folder.Path, "pg_hba.conf"), Path.Combine(folder.Path, "postgresql.conf"));
        await WriteAsync(folder, hosts, "local all all trust\n", cancellationToken).ConfigureAwait(false);
        // What counts is on the command line: it wins over postgresql.auto.conf in the directory, which is read in any case.
        await WriteAsync(folder, configuration, "", cancellationToken).ConfigureAwait(false);
        var all = new Dictionary<string, string>(Settings(major, socket), StringComparer.Ordinal) { ["config_file"] = configuration, ["hba_file"] = hosts };
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        // Empty ones first: a recovery target that is emptied after another was set counts as a second one.
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ServerProcess process;
        try
        {
            process = await ServerProcess.StartAsync(
                Path.Combine(programs, OperatingSystem.IsWindows() ? "postgres.exe" : "postgres"),
                ["-D", data, .. all.OrderBy(setting => setting.Value.Length > 0).SelectMany(setting => new[] { "-c", $"{setting.Key}={setting.Value}" })], folder.Path, folder.Account,
                line =>
                {
                    log.Add(line);
                    if (line.Contains(Ready, StringComparison.Ordinal))
                    {
                        ready.TrySetResult();
                    }
                }).ConfigureAwait(false);
        }
        catch (Win32Exception error)
        {
            throw new OperationException(RecoveryErrors.ServerFailed, $"PostgreSQL in {programs} cannot be started: {error.Message}", programs, error);
        }

        try
        {
            var ended = process.WaitAsync(cancellationToken);
            await Task.WhenAny(ready.Task, ended).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (ready.Task.IsCompleted)
            {
                return new ThrowAwayServer(process, folder);
            }

            var (code, tail) = (await ended.ConfigureAwait(false), await TailAsync(process, log).ConfigureAwait(false));
            throw new OperationException(RecoveryErrors.ServerFailed, string.Create(CultureInfo.InvariantCulture, $"PostgreSQL ended with code {code}. Its log ends with: {tail}"), data);
        }
        catch
        {
            await process.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The environment that leads to it.</summary>
    /// <param name="context">The environment that it stands in for: name, backups and time-outs are its own.</param>
    /// <param name="database">The database.</param>
    /// <param name="user">The role; nobody is asked for a password.</param>
    public EnvironmentContext Context(EnvironmentContext context, string database, string user) => context with
    {
        Environment = context.Environment with
        {
            Database = new DatabaseSettings { Host = Path.Combine(folder.Path, "socket"), Port = Port, Name = database, User = user, SslMode = "disable" },
            Backups = (context.Environment.Backups ?? new BackupSettings()) with { Service = null },
        },
        Memory = null,
    };

    /// <summary>How to connect to it.</summary>
    public NpgsqlConnectionStringBuilder Address(string database, string user) => new()
    {
        Host = Path.Combine(folder.Path, "socket"), Port = Port, Database = database, Username = user, Pooling = false, SslMode = SslMode.Disable, GssEncryptionMode = GssEncryptionMode.Disable,
    };

    /// <summary>Stops it in good order, so that the directory can be started again.</summary>
    /// <returns>False where it had to be killed.</returns>
    public Task<bool> StopAsync() => process.StopAsync(ServerProcess.Interrupt, TimeSpan.FromMinutes(10));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => process.DisposeAsync();

    // The last lines come a moment after the end.
    private static async Task<string> TailAsync(ServerProcess process, ServerLog log)
    {
        await process.StopAsync(ServerProcess.Quit, TimeSpan.Zero).ConfigureAwait(false);
        return log.Tail;
    }

    private static async Task WriteAsync(ThrowAwayFolder folder, string path, string text, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(path, text, cancellationToken).ConfigureAwait(false);
        folder.Account?.Own(path);
    }

    private static Dictionary<string, string> Settings(int major, string socket)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["listen_addresses"] = "", ["port"] = Port.ToString(CultureInfo.InvariantCulture), ["unix_socket_directories"] = socket, ["unix_socket_permissions"] = "0700",
            ["external_pid_file"] = "", ["ssl"] = "off", ["shared_preload_libraries"] = "", ["session_preload_libraries"] = "", ["local_preload_libraries"] = "",
            ["archive_mode"] = "off", ["archive_cleanup_command"] = "", ["recovery_end_command"] = "", ["restore_command"] = "", ["primary_conninfo"] = "", ["primary_slot_name"] = "",
            ["recovery_target"] = "", ["recovery_target_lsn"] = "", ["recovery_target_name"] = "", ["recovery_target_time"] = "", ["recovery_target_xid"] = "",
            ["recovery_target_inclusive"] = "on", ["recovery_target_timeline"] = "latest", ["recovery_min_apply_delay"] = "0", ["synchronous_standby_names"] = "",
            // Settings that the primary had higher would keep a standby from being asked, and nobody is to ask before the end.
            ["hot_standby"] = "off", ["max_prepared_transactions"] = "100", ["max_locks_per_transaction"] = "256", ["max_connections"] = "50", ["max_wal_senders"] = "0",
            ["max_logical_replication_workers"] = "0", ["wal_level"] = "replica", ["autovacuum"] = "off", ["huge_pages"] = "off", ["shared_buffers"] = "128MB", ["jit"] = "off",
            ["default_transaction_read_only"] = "off", ["statement_timeout"] = "0", ["lock_timeout"] = "0",
            ["logging_collector"] = "off", ["log_destination"] = "stderr", ["log_line_prefix"] = "", ["log_timezone"] = "UTC", ["timezone"] = "UTC", ["lc_messages"] = "C", ["log_min_messages"] = "warning",
            ["log_statement"] = "none", ["log_min_duration_statement"] = "-1", ["log_connections"] = "off", ["log_disconnections"] = "off", ["log_checkpoints"] = "off",
        };
        if (!OperatingSystem.IsWindows())
        {
            // In files of the directory, so that they go with it.
            settings["dynamic_shared_memory_type"] = "mmap";
        }

        if (major >= 15)
        {
            settings["log_startup_progress_interval"] = "1s";
        }

        return settings;
    }
}
