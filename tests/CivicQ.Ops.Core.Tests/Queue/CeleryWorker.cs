using System.Diagnostics;
using System.Runtime.InteropServices;
using CivicQ.Ops.Core.Lab;

namespace CivicQ.Ops.Core.Tests.Queue;

/// <summary>A real Celery worker of the machine's own Celery, for the test alone.</summary>
internal sealed partial class CeleryWorker : IAsyncDisposable
{
    private const string Application = """
        import os
        from celery import Celery
        app = Celery("t", broker=os.environ["BROKER"])
        app.conf.broker_transport_options = {"global_keyprefix": os.environ["PREFIX"]} if os.environ["PREFIX"] else {}
        app.conf.broker_connection_retry_on_startup = True
        app.conf.worker_cancel_long_running_tasks_on_connection_loss = False
        @app.task
        def add(a, b): return a + b
        """;

    private const int Stop = 19;
    private const int Continue = 18;
    private readonly Process process;
    private readonly string folder;

    private CeleryWorker(Process process, string folder)
    {
        this.process = process;
        this.folder = folder;
    }

    /// <summary>Starts the worker; skips the test where Celery is not installed.</summary>
    public static async Task<CeleryWorker> StartAsync(LabRedis redis, string name, string prefix = "")
    {
        var found = await LabCelery.FindAsync(CancellationToken.None);
        Skip.If(found is null, "Celery is not installed (apt-get install celery python3-celery python3-redis).");
        var folder = Directory.CreateTempSubdirectory("civicq-celery-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "t.py"), Application);
        var start = new ProcessStartInfo(found!.Value.Python) { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true };
        // The address holds the password, so it goes by the environment. One process (solo), so that one signal freezes all of it.
        foreach (var argument in new[] { "-m", "celery", "-A", "t", "worker", "-P", "solo", "-n", name + "@test", "-l", "warning" })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["BROKER"] = redis.ConnectionUrl;
        start.Environment["PREFIX"] = prefix;
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        var process = Process.Start(start)!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return new CeleryWorker(process, folder);
    }

    public void Freeze() => Assert.Equal(0, Kill(process.Id, Stop));

    public void Thaw() => Assert.Equal(0, Kill(process.Id, Continue));

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
