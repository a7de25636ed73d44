using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Processes;

namespace CivicQ.Ops.Core.Lab;

/// <summary>A throw-away PgBouncer on loopback. It survives the process that started it.</summary>
public sealed class LabPgBouncer : IAsyncDisposable
{
    private LabPgBouncer(string folder, int port, string version, LabProcess process) => (Folder, Port, Version, Process) = (folder, port, version, process);

    /// <summary>The folder that holds everything.</summary>
    public string Folder { get; }

    /// <summary>The TCP port.</summary>
    public int Port { get; }

    /// <summary>Its version.</summary>
    public string Version { get; }

    /// <summary>Its process.</summary>
    public LabProcess Process { get; }

    /// <summary>Its log file.</summary>
    public string LogFile => Log(Folder);

    /// <summary>Starts it.</summary>
    /// <param name="options">How.</param>
    /// <param name="reporter">Where it says what it does.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing is left behind.</param>
    /// <returns>The running server.</returns>
    /// <exception cref="OperationException"><c>LabServerNotInstalled</c> or <c>LabServerStartFailed</c>.</exception>
    public static async Task<LabPgBouncer> StartAsync(LabPgBouncerOptions options, IOperationReporter? reporter = null, CancellationToken cancellationToken = default)
    {
        reporter ??= NullReporter.Instance;
        var program = (OperatingSystem.IsWindows() ? null : LabPrograms.PgBouncer()) ?? throw LabPrograms.NotInstalled(LabServerKind.PgBouncer, "PgBouncer");
        // It refuses to run as root, as PostgreSQL does.
        var account = UnprivilegedAccount.Find(LabErrors.ServerStartFailed);
        var folder = options.Folder ?? LabFiles.NewFolder("civicq-pgbouncer");
        try
        {
            LabFiles.MakeFolder(folder);
            account?.Own(folder);
            for (var attempt = 1; ; attempt++)
            {
                var port = LabPort.Free();
                var (users, settings) = (Path.Combine(folder, "users.txt"), Path.Combine(folder, "pgbouncer.ini"));
                LabFiles.Write(users, string.Concat(options.Users.Select(user => $"{Quoted(user.Key)} {Quoted(user.Value)}\n")));
                LabFiles.Write(settings, Configuration(options, folder, port, users));
                account?.Own(users);
                account?.Own(settings);
                reporter.Verbose($"PgBouncer: starting {program} on port {port} in {folder}.");
                var version = (await LabCommand.RunAsync(program, ["--version"], folder, options.Variables, account, cancellationToken).ConfigureAwait(false)).Split('\n')[0].Replace("PgBouncer ", "", StringComparison.Ordinal).Trim();
                // As a daemon, with its streams leading nowhere.
                await LabCommand.RunAsync(program, ["-q", "-d", settings], folder, options.Variables, account, cancellationToken).ConfigureAwait(false);
                if (await WaitAsync(folder, port, options.Timeout, cancellationToken).ConfigureAwait(false) is { } process)
                {
                    reporter.Verbose($"PgBouncer {version} answers on port {port}, process {process.ProcessId}.");
                    return new LabPgBouncer(folder, port, version, process);
                }

                if (attempt == 3 || !LabFiles.Tail(Log(folder), 10).Contains("in use", StringComparison.OrdinalIgnoreCase))
                {
                    throw new OperationException(LabErrors.ServerStartFailed, $"PgBouncer did not become ready. Its log ends with: {LabFiles.Tail(Log(folder))}", "PgBouncer");
                }
            }
        }
        catch
        {
            await StopAsync(folder, RunningIn(folder)).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops it at once and removes its folder.</summary>
    /// <returns>The running work.</returns>
    public Task StopAsync() => StopAsync(Folder, Process);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    /// <summary>Starts the lab's own, within the cluster's folder, which its account may enter and which goes with the cluster.</summary>
    internal static async Task<LabStateServer> StartInLabAsync(
        string cluster, int serverPort, string password, TimeSpan timeout, IReadOnlyDictionary<string, string> variables, LabStore store,
        IOperationReporter reporter, CancellationToken cancellationToken)
    {
        var server = await StartAsync(
            new LabPgBouncerOptions
            {
                Folder = FolderIn(cluster), ServerPort = serverPort, Timeout = timeout, Variables = variables,
                Users = new Dictionary<string, string> { [LabEnvironment.Database] = password },
            },
            reporter, cancellationToken).ConfigureAwait(false);
        var entry = new LabStateServer(LabServerKind.PgBouncer, server.Process, server.Port, Version: server.Version, LogFile: server.LogFile);
        store.Add(entry);
        return entry;
    }

    /// <summary>Where the lab's own is.</summary>
    internal static string FolderIn(string cluster) => Path.Combine(cluster, "pgbouncer");

    /// <summary>The server that runs in a folder, by its own pid file; <see langword="null"/> where none does.</summary>
    internal static LabProcess? RunningIn(string folder) => LabPidFile.Read(Path.Combine(folder, "pgbouncer.pid"));

    private static async Task StopAsync(string folder, LabProcess? server)
    {
        if (server is not null)
        {
            await server.EndAsync().ConfigureAwait(false);
        }

        await LabFiles.RemoveAsync(folder).ConfigureAwait(false);
    }

    private static string Configuration(LabPgBouncerOptions options, string folder, int port, string users)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["listen_addr"] = "127.0.0.1",
            ["listen_port"] = port.ToString(CultureInfo.InvariantCulture),
            ["unix_socket_dir"] = "",
            ["auth_type"] = "scram-sha-256",
            ["auth_file"] = users,
            ["admin_users"] = options.Users.Keys.First(),
            ["pool_mode"] = "transaction",
            ["ignore_startup_parameters"] = "extra_float_digits,options",
            ["logfile"] = Log(folder),
            ["pidfile"] = Path.Combine(folder, "pgbouncer.pid"),
        };
        foreach (var (name, value) in options.Settings)
        {
            settings[name] = value;
        }

        return string.Create(CultureInfo.InvariantCulture, $"[databases]\n* = host=127.0.0.1 port={options.ServerPort}\n[pgbouncer]\n")
            + string.Concat(settings.Select(setting => $"{setting.Key} = {setting.Value}\n"));
    }

    // Null when it ended, or time is over.
    private static async Task<LabProcess?> WaitAsync(string folder, int port, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < timeout)
        {
            if (RunningIn(folder) is { } process)
            {
                try
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken).ConfigureAwait(false);
                    return process;
                }
                catch (SocketException)
                {
                    // Not yet listening.
                }
            }
            else if (LabFiles.Tail(Log(folder), 10).Contains("FATAL", StringComparison.Ordinal))
            {
                return null;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    private static string Log(string folder) => Path.Combine(folder, "pgbouncer.log");

    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
