using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Operations;
using Npgsql;

namespace CivicQ.Ops.Core.Lab;

/// <summary>Starts and ends programs that hold sessions of the lab's servers: they go on when the shell that started them ends.</summary>
internal static class LabHolder
{
    private const string PidFile = "holder.pid";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The application's role on one of the lab's PostgreSQL servers, for <see cref="LabHeldSession.Connection"/>.</summary>
    /// <param name="store">The lab's folder.</param>
    /// <param name="port">The server's port.</param>
    /// <param name="application">What the session calls itself.</param>
    /// <returns>The connection string; it holds the role's password.</returns>
    public static string Connection(LabStore store, int port, string application) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = port,
        Database = LabEnvironment.Database,
        Username = "civicq_api",
        Password = File.ReadAllText(store.SecretFile("database-api")),
        ApplicationName = application,
        Pooling = false,
        Timeout = 60,
        CommandTimeout = 0,
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
    }.ConnectionString;

    /// <summary>Starts the program and waits until it has done what goes before the holding.</summary>
    /// <param name="state">The lab's state, whose id the process carries.</param>
    /// <param name="folder">A folder of its own.</param>
    /// <param name="sessions">The sessions, in the order in which they are opened.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="cancellationToken">Ends the wait; the caller clears up.</param>
    /// <returns>The running work.</returns>
    /// <exception cref="OperationException"><c>LabServerNotInstalled</c> or <c>LabServerStartFailed</c>.</exception>
    public static async Task StartAsync(
        LabState state, string folder, IReadOnlyList<LabHeldSession> sessions, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var dotnet = LabDotnet.Find() ?? throw LabPrograms.NotInstalled(LabServerKind.Api, "The ASP.NET Core 10 runtime, on which a drill holds its sessions,");
        var program = LabDotnet.ApiProgram()
            ?? throw new OperationException(LabErrors.ServerStartFailed, "CivicQ.Lab.dll is not beside the module: the module is not complete. Build or install it again.", "CivicQ.Lab");
        var (ready, output, settings) = (Path.Combine(folder, "holder.ready"), Path.Combine(folder, "holder.log"), Path.Combine(folder, "holder.json"));
        File.Delete(ready);
        LabFiles.Write(settings, JsonSerializer.Serialize(new { ready, outputLog = output, sessions }, Json));
        using var process = LabCommand.Start(dotnet, [program, "hold", settings], folder, new Dictionary<string, string> { [LabState.Marker] = state.Id }, account: null);
        LabFiles.Write(Path.Combine(folder, PidFile), process.Id.ToString(CultureInfo.InvariantCulture));
        var clock = Stopwatch.StartNew();
        while (!File.Exists(ready))
        {
            if (process.HasExited || clock.Elapsed > timeout)
            {
                throw new OperationException(
                    LabErrors.ServerStartFailed,
                    $"The program that holds the drill's sessions {(process.HasExited ? $"ended with code {process.ExitCode}" : "did not become ready")}. {LabFiles.Tail(output)}", "CivicQ.Lab");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the program that was started in a folder, if it runs; the servers end its sessions.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The running work.</returns>
    public static async Task EndAsync(string folder)
    {
        if (LabPidFile.Read(Path.Combine(folder, PidFile)) is { } process)
        {
            await process.EndAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Ends those of all drills.</summary>
    /// <param name="store">The lab's folder.</param>
    /// <param name="reporter">Where it says what it does.</param>
    /// <returns>The running work.</returns>
    public static async Task EndAllAsync(LabStore store, IOperationReporter reporter)
    {
        foreach (var folder in Directory.Exists(store.DrillFolder) ? Directory.GetDirectories(store.DrillFolder) : [])
        {
            reporter.Verbose($"Ending the drill {Path.GetFileName(folder)}.");
            await EndAsync(folder).ConfigureAwait(false);
        }
    }
}
