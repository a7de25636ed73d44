using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Lab;

/// <summary>A throw-away Redis on loopback with a password and an append-only file. It survives the process that started it.</summary>
public sealed class LabRedis : IAsyncDisposable
{
    private LabRedis(string folder, int port, string password, string version, LabProcess process)
    {
        Folder = folder;
        Port = port;
        Password = password;
        Version = version;
        Process = process;
    }

    /// <summary>The address that it listens on.</summary>
    public string Host { get; } = IPAddress.Loopback.ToString();

    /// <summary>The TCP port.</summary>
    public int Port { get; }

    /// <summary>The password.</summary>
    public string Password { get; }

    /// <summary>The server's version.</summary>
    public string Version { get; }

    /// <summary>The folder that holds everything, also the data.</summary>
    public string Folder { get; }

    /// <summary>The server's log file.</summary>
    public string LogFile => Path.Combine(Folder, "redis.log");

    /// <summary>The server's process.</summary>
    public LabProcess Process { get; }

    /// <summary>The server's process id.</summary>
    public int ProcessId => Process.ProcessId;

    /// <summary>The whole address, password included: for the environment variables of tests, not for any output.</summary>
    public string ConnectionUrl => string.Create(CultureInfo.InvariantCulture, $"redis://:{Password}@{Host}:{Port}/0");

    /// <summary>Starts the server.</summary>
    /// <param name="options">How; the defaults where this is <see langword="null"/>.</param>
    /// <param name="reporter">Where it says what it does.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing is left behind.</param>
    /// <returns>The running server.</returns>
    /// <exception cref="OperationException"><c>LabServerNotInstalled</c> or <c>LabServerStartFailed</c>.</exception>
    public static async Task<LabRedis> StartAsync(LabRedisOptions? options = null, IOperationReporter? reporter = null, CancellationToken cancellationToken = default)
    {
        options ??= new LabRedisOptions();
        reporter ??= NullReporter.Instance;
        var program = LabPrograms.RedisServer() ?? throw LabPrograms.NotInstalled(LabServerKind.Redis, "Redis");
        var folder = options.Folder ?? LabFiles.NewFolder("civicq-redis");
        var password = options.Password ?? LabPassword.Create();
        LabFiles.MakeFolder(folder);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                var port = options.Port ?? LabPort.Free();
                var configuration = Path.Combine(folder, "redis.conf");
                LabFiles.Write(configuration, Configuration(options, folder, port, password));
                reporter.Verbose($"Redis: starting {program} on port {port} in {folder}.");

                // Redis detaches itself (daemonize); elsewhere it is left alone with its streams leading nowhere.
                using var starter = LabCommand.Start(program, [configuration], folder, options.Variables, account: null);
                if (await WaitAsync(starter, port, password, options.Timeout, cancellationToken).ConfigureAwait(false) is { } version)
                {
                    var process = RunningIn(folder) ?? LabProcess.Find(starter.Id) ?? throw Failed(folder);
                    reporter.Verbose($"Redis {version} answers on port {port}, process {process.ProcessId}.");
                    return new LabRedis(folder, port, password, version, process);
                }

                if (attempt == 3 || options.Port is not null || !LabFiles.Tail(Path.Combine(folder, "redis.log"), 10).Contains("in use", StringComparison.OrdinalIgnoreCase))
                {
                    throw Failed(folder);
                }
            }
        }
        catch
        {
            await StopAsync(folder, RunningIn(folder)).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops the server at once and removes its folder.</summary>
    /// <returns>The running work.</returns>
    public Task StopAsync() => StopAsync(Folder, Process);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    /// <summary>The server that runs in a folder, by its own pid file; <see langword="null"/> where none does.</summary>
    internal static LabProcess? RunningIn(string folder) => LabPidFile.Read(Path.Combine(folder, "redis.pid"));

    /// <summary>Stops the server of a folder, if it runs, and removes the folder.</summary>
    internal static async Task StopAsync(string folder, LabProcess? server)
    {
        if (server is not null)
        {
            await server.EndAsync().ConfigureAwait(false);
        }

        await LabFiles.RemoveAsync(folder).ConfigureAwait(false);
    }

    private static string Configuration(LabRedisOptions options, string folder, int port, string password)
    {
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["bind"] = "127.0.0.1",
            ["port"] = port.ToString(CultureInfo.InvariantCulture),
            ["requirepass"] = password,
            ["masterauth"] = password,
            ["dir"] = Quoted(folder),
            ["appendonly"] = "yes",
            ["appendfsync"] = "no",
            ["maxmemory"] = "256mb",

            // Nobody else replicates from it, so a backup need not wait for others.
            ["repl-diskless-sync-delay"] = "0",

            // Keys that expire may go; Celery's queues do not expire and must stay.
            ["maxmemory-policy"] = "volatile-lru",
            ["logfile"] = Quoted(Path.Combine(folder, "redis.log")),
            ["pidfile"] = Quoted(Path.Combine(folder, "redis.pid")),
        };
        if (!OperatingSystem.IsWindows())
        {
            settings["daemonize"] = "yes";
        }

        foreach (var (name, value) in options.Settings)
        {
            settings[name] = value;
        }

        return string.Concat(settings.Select(setting => $"{setting.Key} {setting.Value}\n"));
    }

    private static string Quoted(string path) => $"\"{path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    // Null when the server ended, or time is over.
    private static async Task<string?> WaitAsync(Process starter, int port, string password, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var log = Path.Combine(starter.StartInfo.WorkingDirectory, "redis.log");
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < timeout)
        {
            try
            {
                if (await AskVersionAsync(port, password, cancellationToken).ConfigureAwait(false) is { } version)
                {
                    return version;
                }
            }
            catch (Exception error) when (error is SocketException or IOException)
            {
                // Not yet listening, or never: a daemon's starter ends with 0, and the daemon itself says in its log why it gives up.
                if ((starter.HasExited && starter.ExitCode != 0) || LabFiles.Tail(log, 10).Contains("in use", StringComparison.OrdinalIgnoreCase))
                {
                    return null;
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    // Inline commands: the password holds letters and digits alone, or is the caller's own.
    private static async Task<string?> AskVersionAsync(int port, string password, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken).ConfigureAwait(false);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"AUTH {password}\r\nINFO server\r\n"), cancellationToken).ConfigureAwait(false);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        for (var line = await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false); line is not null; line = await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false))
        {
            if (line.StartsWith("redis_version:", StringComparison.Ordinal))
            {
                return line["redis_version:".Length..];
            }

            if (line.StartsWith('-'))
            {
                // LOADING, or another server that took the port meanwhile.
                return null;
            }
        }

        return null;
    }

    private static OperationException Failed(string folder) => new(
        LabErrors.ServerStartFailed, $"Redis did not become ready. Its log ends with: {LabFiles.Tail(Path.Combine(folder, "redis.log"))}", "Redis");
}
