using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Lab;

/// <summary>Starts a real Celery worker, with the application that ships with the module.</summary>
internal static class LabCelery
{
    /// <summary>The worker's log.</summary>
    public static string LogFile(LabStore store) => Path.Combine(store.CeleryFolder, "celery.log");

    /// <summary>The worker that runs in the lab's folder, by its pid file.</summary>
    public static LabProcess? RunningIn(LabStore store) => LabPidFile.Read(Path.Combine(store.CeleryFolder, "celery.pid"));

    /// <summary>A Python that has Celery and its Redis client, and Celery's version; <see langword="null"/> where there is none.</summary>
    public static async Task<(string Python, string Version)?> FindAsync(CancellationToken cancellationToken)
    {
        // Celery's prefork pool needs fork.
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        foreach (var python in new[] { "/usr/bin/python3", LabPrograms.OnPath("python3", "/opt/homebrew/bin") }.OfType<string>().Distinct().Where(File.Exists))
        {
            try
            {
                var version = await LabCommand.RunAsync(
                    python, ["-c", "import importlib.metadata as m; m.version('redis'); print(m.version('celery'))"], "/", new Dictionary<string, string>(), account: null, cancellationToken).ConfigureAwait(false);
                return (python, version);
            }
            catch (OperationException)
            {
                // This one does not have it.
            }
        }

        return null;
    }

    /// <summary>Starts the worker and waits until it takes tasks.</summary>
    /// <exception cref="OperationException"><c>LabServerNotInstalled</c> or <c>LabServerStartFailed</c>.</exception>
    public static async Task<LabStateServer> StartAsync(
        LabStore store, int redisPort, string redisPassword, TimeSpan timeout, IReadOnlyDictionary<string, string> variables,
        IOperationReporter reporter, CancellationToken cancellationToken)
    {
        var (python, version) = await FindAsync(cancellationToken).ConfigureAwait(false) ?? throw LabPrograms.NotInstalled(LabServerKind.Celery, "Celery");
        var application = LabFiles.MakeFolder(Path.Combine(store.CeleryFolder, "app"));
        LabFiles.Write(Path.Combine(application, "__init__.py"), "");
        LabFiles.Write(Path.Combine(application, "tasks.py"), LabData.Read("tasks.py"));
        LabFiles.Write(Path.Combine(application, "worker.py"), LabData.Read("worker.py"));
        var broker = string.Create(CultureInfo.InvariantCulture, $"redis://:{redisPassword}@127.0.0.1:{redisPort}/0");
        LabFiles.Write(Path.Combine(store.CeleryFolder, "settings.json"), JsonSerializer.Serialize(new { folder = store.CeleryFolder, broker, queue = LabEnvironment.Queues[0] }));
        reporter.Verbose($"Celery {version}: starting a worker with {python}.");

        // PYTHONDONTWRITEBYTECODE: nothing is written outside of the lab's folder.
        var all = new Dictionary<string, string>(variables) { ["PYTHONDONTWRITEBYTECODE"] = "1" };
        using var process = LabCommand.Start(python, ["-m", "app.worker"], store.CeleryFolder, all, account: null);
        store.Add(new LabStateServer(LabServerKind.Celery, LabProcess.Find(process.Id), LogFile: LogFile(store)));
        var clock = Stopwatch.StartNew();
        while (!File.Exists(Path.Combine(store.CeleryFolder, "celery.ready")))
        {
            if (process.HasExited || clock.Elapsed > timeout)
            {
                throw new OperationException(
                    LabErrors.ServerStartFailed, $"The Celery worker {(process.HasExited ? $"ended with code {process.ExitCode}" : "did not become ready")}. {LabFiles.Tail(LogFile(store))}", "Celery");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken).ConfigureAwait(false);
        }

        reporter.Verbose($"Celery {version} takes tasks, process {process.Id}.");
        return new LabStateServer(LabServerKind.Celery, LabProcess.Find(process.Id), Version: version, LogFile: LogFile(store));
    }
}
