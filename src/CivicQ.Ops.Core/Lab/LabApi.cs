using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Lab;

/// <summary>Starts the lab's API and site, a program of its own.</summary>
internal static class LabApi
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly string[] Hosts = ["localhost", "127.0.0.1", "api.civicq.localhost", "civicq.localhost"];

    /// <summary>The process that a ready file names, when it is still that one.</summary>
    public static LabProcess? RunningIn(LabStore store)
    {
        try
        {
            return Ready(store) is { } ready && LabPidFile.IsOwner(ready.ProcessId, ReadyFile(store)) ? LabProcess.Find(ready.ProcessId) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="store">The lab's folder.</param>
    /// <param name="postgresPort">The database's port.</param>
    /// <param name="redisPort">Redis's port.</param>
    /// <param name="passwords">The passwords of the application's role and of Redis.</param>
    /// <param name="options">The lab's options.</param>
    /// <param name="variables">Further environment variables.</param>
    /// <param name="reporter">Where it says what it does.</param>
    /// <param name="cancellationToken">Ends the wait; the caller clears up.</param>
    /// <returns>The server.</returns>
    /// <exception cref="OperationException"><c>LabServerNotInstalled</c> or <c>LabServerStartFailed</c>.</exception>
    public static async Task<LabStateServer> StartAsync(
        LabStore store, int postgresPort, int redisPort, (string Database, string Redis, string AdminToken) passwords, LabOptions options,
        IReadOnlyDictionary<string, string> variables, IOperationReporter reporter, CancellationToken cancellationToken)
    {
        var dotnet = LabDotnet.Find() ?? throw LabPrograms.NotInstalled(LabServerKind.Api, "The ASP.NET Core 10 runtime, which the lab's API runs on,");
        var program = options.ApiProgram ?? LabDotnet.ApiProgram()
            ?? throw new OperationException(LabErrors.ServerStartFailed, "CivicQ.Lab.dll is not beside the module: the module is not complete. Build or install it again.", "Api");
        LabFiles.MakeFolder(store.ApiFolder);
        using var authority = LabCertificateAuthority.Create(store.CertificateFolder);
        var now = DateTimeOffset.UtcNow;
        var certificate = authority.Issue("api", Hosts, now.AddHours(-1), now.AddDays(90));
        var output = Path.Combine(store.ApiFolder, "output.log");
        var settings = Path.Combine(store.ApiFolder, "settings.json");
        LabFiles.Write(settings, JsonSerializer.Serialize(new
        {
            folder = store.ApiFolder,
            database = string.Create(
                CultureInfo.InvariantCulture,
                $"Host=127.0.0.1;Port={postgresPort};Database={LabEnvironment.Database};Username=civicq_api;Password={passwords.Database};SSL Mode=Disable;GSS Encryption Mode=Disable;Maximum Pool Size=20;Minimum Pool Size=2;Timeout=2;Command Timeout=30;Application Name=civicq-api"),
            redis = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{redisPort}"),
            redisPassword = passwords.Redis,
            adminToken = passwords.AdminToken,
            certificate,
            certificateKey = Path.ChangeExtension(certificate, ".key"),
            accessLog = store.AccessLog,
            applicationLog = store.ApplicationLog,
            outputLog = output,
            queues = LabEnvironment.Queues,
        }));
        reporter.Verbose($"API: starting {program} with {dotnet}.");
        using var process = LabCommand.Start(dotnet, [program, settings], store.ApiFolder, variables, account: null);
        var mine = LabProcess.Find(process.Id);
        store.Add(new LabStateServer(LabServerKind.Api, mine));
        var clock = Stopwatch.StartNew();
        while (true)
        {
            if (Ready(store) is { } ready)
            {
                reporter.Verbose($"API answers on http port {ready.HttpPort} and https port {ready.HttpsPort}, process {ready.ProcessId}.");
                return new LabStateServer(
                    LabServerKind.Api, LabProcess.Find(ready.ProcessId), ready.HttpPort, ready.HttpsPort, FileVersionInfo.GetVersionInfo(program).FileVersion, store.ApplicationLog);
            }

            if (process.HasExited || clock.Elapsed > options.Timeout)
            {
                throw new OperationException(
                    LabErrors.ServerStartFailed, $"The lab's API {(process.HasExited ? $"ended with code {process.ExitCode}" : "did not become ready")}. {LabFiles.Tail(output)}", "Api");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken).ConfigureAwait(false);
        }
    }

    private static string ReadyFile(LabStore store) => Path.Combine(store.ApiFolder, "api.ready.json");

    private static ReadyState? Ready(LabStore store) =>
        File.Exists(ReadyFile(store)) ? JsonSerializer.Deserialize<ReadyState>(File.ReadAllText(ReadyFile(store)), Json) : null;

    private sealed record ReadyState(int ProcessId, int HttpPort, int HttpsPort);
}
