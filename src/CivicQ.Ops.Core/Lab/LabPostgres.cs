using System.Globalization;
using System.Net;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Processes;
using Npgsql;

namespace CivicQ.Ops.Core.Lab;

/// <summary>
/// A throw-away PostgreSQL on loopback: own cluster, own port, random password, run by an unprivileged account. It survives the process
/// that started it; whoever started it stops it.
/// </summary>
public sealed class LabPostgres : IAsyncDisposable
{
    /// <summary>How the names of clusters' folders begin that are not in the lab's own.</summary>
    internal const string FolderName = "civicq-postgres";

    private LabPostgres(string folder, int port, string user, string password, string database, string version, LabProcess process)
    {
        Folder = folder;
        Port = port;
        User = user;
        Password = password;
        Database = database;
        Version = version;
        Process = process;
    }

    /// <summary>The address that it listens on.</summary>
    public string Host { get; } = IPAddress.Loopback.ToString();

    /// <summary>The TCP port.</summary>
    public int Port { get; }

    /// <summary>The superuser.</summary>
    public string User { get; }

    /// <summary>The superuser's password.</summary>
    public string Password { get; }

    /// <summary>The database.</summary>
    public string Database { get; }

    /// <summary>The server's version, for example <c>15.18</c>.</summary>
    public string Version { get; }

    /// <summary>The folder that holds everything.</summary>
    public string Folder { get; }

    /// <summary>The cluster's data folder.</summary>
    public string DataFolder => Path.Combine(Folder, "data");

    /// <summary>Where it archives its WAL, if it was told to.</summary>
    public string ArchiveFolder => ArchiveIn(Folder);

    /// <summary>The server's log file.</summary>
    public string LogFile => LogOf(Folder);

    /// <summary>The postmaster.</summary>
    public LabProcess Process { get; }

    /// <summary>The postmaster's process id.</summary>
    public int ProcessId => Process.ProcessId;

    /// <summary>The whole address, password included: for the environment variables of tests, not for any output.</summary>
    public string ConnectionUrl => string.Create(CultureInfo.InvariantCulture, $"postgresql://{User}:{Password}@{Host}:{Port}/{Database}?sslmode=disable");

    /// <summary>A connection string for Npgsql.</summary>
    public string ConnectionString => Connection(Port, User, Password, Database).ConnectionString;

    /// <summary>Makes the cluster and starts it.</summary>
    /// <param name="options">How; the defaults where this is <see langword="null"/>.</param>
    /// <param name="reporter">Where it says what it does.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing is left behind.</param>
    /// <returns>The running server.</returns>
    /// <exception cref="OperationException"><c>LabServerNotInstalled</c> or <c>LabServerStartFailed</c>.</exception>
    public static async Task<LabPostgres> StartAsync(LabPostgresOptions? options = null, IOperationReporter? reporter = null, CancellationToken cancellationToken = default)
    {
        options ??= new LabPostgresOptions();
        reporter ??= NullReporter.Instance;
        var programs = options.ProgramFolder ?? LabPrograms.PostgresFolder() ?? throw LabPrograms.NotInstalled(LabServerKind.Postgres, "PostgreSQL");
        var account = UnprivilegedAccount.Find(LabErrors.ServerStartFailed);
        var folder = options.Folder ?? NewFolder();
        var password = options.Password ?? LabPassword.Create();
        var variables = new Dictionary<string, string>(options.Variables) { ["LC_ALL"] = "C", ["PATH"] = programs + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH") };
        try
        {
            reporter.Verbose($"PostgreSQL: making a cluster in {folder} with {programs}{(account is null ? "" : $" as {account.Name}")}.");
            var data = Path.Combine(folder, "data");
            var passwordFile = Path.Combine(LabFiles.MakeFolder(folder), "password");
            LabFiles.Write(passwordFile, password);
            account?.Own(folder);
            account?.Own(passwordFile);
            await LabCommand.RunAsync(
                Path.Combine(programs, "initdb"),
                ["-D", data, "-U", options.User, "-A", "scram-sha-256", "--pwfile=" + passwordFile, "-N", "-E", "UTF8", "--locale=C"],
                folder, variables, account, cancellationToken).ConfigureAwait(false);
            File.Delete(passwordFile);
            if (options.ArchiveWal)
            {
                account?.Own(LabFiles.MakeFolder(ArchiveIn(folder)));
            }

            var port = await LaunchAsync(options, programs, folder, variables, account, reporter, cancellationToken).ConfigureAwait(false);
            var postmaster = RunningIn(folder) ?? throw Failed("ended at once", folder);
            var version = await PrepareAsync(options, port, password, cancellationToken).ConfigureAwait(false);
            reporter.Verbose($"PostgreSQL {version} answers on port {port}, process {postmaster.ProcessId}.");
            return new LabPostgres(folder, port, options.User, password, options.Database, version, postmaster);
        }
        catch (Exception error)
        {
            await StopAsync(folder, RunningIn(folder)).ConfigureAwait(false);
            if (error is NpgsqlException)
            {
                throw new OperationException(LabErrors.ServerStartFailed, $"PostgreSQL started, and then failed: {error.Message}", "Postgres", error);
            }

            throw;
        }
    }

    /// <summary>Stops the server at once and removes its folder.</summary>
    /// <returns>The running work.</returns>
    public Task StopAsync() => StopAsync(Folder, Process);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    /// <summary>A new folder that the server's account can reach: root's own folders are closed to it.</summary>
    internal static string NewFolder(string? preferred = null) =>
        preferred is not null && !LabPrograms.IsRoot ? preferred : LabFiles.NewFolder(FolderName, LabPrograms.IsRoot ? "/tmp" : null);

    /// <summary>Where the server of a folder archives its WAL.</summary>
    internal static string ArchiveIn(string folder) => Path.Combine(folder, "wal");

    /// <summary>The postmaster that runs in a folder, by its own pid file; <see langword="null"/> where none does.</summary>
    internal static LabProcess? RunningIn(string folder)
    {
        // A pid file that was left behind may name a process that came later: the postmaster started no later than the file says (third line, Unix time).
        var lines = ReadPidFile(folder);
        return lines.Length >= 3 && int.TryParse(lines[0], CultureInfo.InvariantCulture, out var processId) && LabPidFile.IsOwner(processId, PidFile(folder))
            ? LabProcess.Find(processId)
            : null;
    }

    /// <summary>Stops the server of a folder, if it runs, and removes the folder.</summary>
    internal static async Task StopAsync(string folder, LabProcess? postmaster)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        // initdb's first file, never written again. The folder's own time is no use: some file systems keep no birth, and PgBouncer's
        // folder, made in it after the start, makes it younger than the shared memory.
        var first = Path.Combine(folder, "data", "PG_VERSION");
        var since = File.Exists(first) ? File.GetLastWriteTimeUtc(first) : Directory.GetCreationTimeUtc(folder);
        var processId = int.TryParse(ReadPidFile(folder).FirstOrDefault(), CultureInfo.InvariantCulture, out var number) ? number : (int?)null;
        if (postmaster is not null)
        {
            await postmaster.EndAsync(LabProcess.Quit, TimeSpan.FromSeconds(5)).ConfigureAwait(false);
        }

        await LabSharedMemory.RemoveAbandonedAsync(since, processId).ConfigureAwait(false);
        await LabFiles.RemoveAsync(folder).ConfigureAwait(false);
    }

    private static async Task<int> LaunchAsync(
        LabPostgresOptions options, string programs, string folder, IReadOnlyDictionary<string, string> variables, UnprivilegedAccount? account,
        IOperationReporter reporter, CancellationToken cancellationToken)
    {
        var configuration = Path.Combine(folder, "data", "postgresql.conf");
        var basis = await File.ReadAllTextAsync(configuration, cancellationToken).ConfigureAwait(false);
        var statements = true;
        for (var attempt = 1; ; attempt++)
        {
            var port = options.Port ?? LabPort.Free();
            await File.WriteAllTextAsync(configuration, basis + Settings(options, folder, port, statements), cancellationToken).ConfigureAwait(false);
            try
            {
                await LabCommand.RunAsync(
                    Path.Combine(programs, "pg_ctl"),
                    ["start", "-s", "-w", "-t", ((int)options.Timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture), "-D", Path.Combine(folder, "data"), "-l", LogOf(folder)],
                    folder, variables, account, cancellationToken).ConfigureAwait(false);
                return port;
            }
            catch (OperationException) when (attempt < 4)
            {
                var log = LabFiles.Tail(LogOf(folder), 10);
                if (statements && log.Contains("pg_stat_statements", StringComparison.Ordinal))
                {
                    reporter.Warning("pg_stat_statements is not installed (package postgresql-contrib): the lab's PostgreSQL runs without it.");
                    statements = false;
                }
                else if (!log.Contains("Address already in use", StringComparison.OrdinalIgnoreCase) || options.Port is not null)
                {
                    throw Failed("did not start", folder);
                }
            }
        }
    }

    // Not for data that anybody wants to keep: nothing is synced to disk. Dynamic shared memory in files of the cluster, so that they go with it.
    private static string Settings(LabPostgresOptions options, string folder, int port, bool statements)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["listen_addresses"] = "127.0.0.1",
            ["port"] = port.ToString(CultureInfo.InvariantCulture),
            ["unix_socket_directories"] = "",
            ["fsync"] = "off",
            ["synchronous_commit"] = "off",
            ["full_page_writes"] = "off",
            ["wal_level"] = "replica",
            ["log_timezone"] = "UTC",
            ["timezone"] = "UTC",
        };
        if (!OperatingSystem.IsWindows())
        {
            settings["dynamic_shared_memory_type"] = "mmap";
        }

        if (statements)
        {
            settings["shared_preload_libraries"] = "pg_stat_statements";
        }

        if (options.ArchiveWal)
        {
            settings["archive_mode"] = "on";
            settings["archive_command"] = OperatingSystem.IsWindows()
                ? $"copy \"%p\" \"{ArchiveIn(folder)}\\%f\""
                : $"test ! -f '{ArchiveIn(folder)}/%f' && cp %p '{ArchiveIn(folder)}/%f.part' && mv '{ArchiveIn(folder)}/%f.part' '{ArchiveIn(folder)}/%f'";
        }

        foreach (var (name, value) in options.Settings)
        {
            settings[name] = value;
        }

        return "\n" + string.Concat(settings.Select(setting => $"{setting.Key} = '{setting.Value.Replace("'", "''", StringComparison.Ordinal)}'\n"));
    }

    private static async Task<string> PrepareAsync(LabPostgresOptions options, int port, string password, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(Connection(port, options.User, password, "postgres").ConnectionString);
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        if (options.Database != "postgres")
        {
            await using var create = connection.CreateCommand();
            create.CommandText = "CREATE DATABASE " + new NpgsqlCommandBuilder().QuoteIdentifier(options.Database);
            await create.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        return connection.PostgreSqlVersion.ToString();
    }

    private static NpgsqlConnectionStringBuilder Connection(int port, string user, string password, string database) => new()
    {
        Host = IPAddress.Loopback.ToString(),
        Port = port,
        Username = user,
        Password = password,
        Database = database,
        Pooling = false,
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
    };

    private static OperationException Failed(string how, string folder) => new(
        LabErrors.ServerStartFailed, $"PostgreSQL {how}. Its log ends with: {LabFiles.Tail(LogOf(folder))}", "Postgres");

    private static string LogOf(string folder) => Path.Combine(folder, "postgresql.log");

    private static string PidFile(string folder) => Path.Combine(folder, "data", "postmaster.pid");

    private static string[] ReadPidFile(string folder)
    {
        try
        {
            return File.Exists(PidFile(folder)) ? File.ReadAllLines(PidFile(folder)) : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
