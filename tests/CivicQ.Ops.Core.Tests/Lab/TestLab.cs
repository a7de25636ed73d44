using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Text;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Tests.Lab;

/// <summary>A lab in a folder of its own.</summary>
internal sealed class TestLab : IOperationReporter, IAsyncDisposable
{
    private readonly string parent = LabFiles.NewFolder("civicq-lab-tests");

    public TestLab()
    {
        Store = new LabStore(Path.Combine(parent, "lab"));
        Service = new LabService(this, Store);
    }

    public LabStore Store { get; }

    public LabService Service { get; }

    public ConcurrentQueue<string> Warnings { get; } = [];

    public static LabOptions Options { get; } = new()
    {
        ApiProgram = Path.Combine(
            typeof(TestLab).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "ModuleFolder").Value!, "lab", "CivicQ.Lab.dll"),
    };

    /// <summary>The ids of the processes that carry the lab's id, or work in its folders.</summary>
    public static List<int> ProcessesOf(LabState state) =>
    [
        .. LabSweep.Find(state.Id).Select(process => process.ProcessId),
        .. state.Servers.Where(server => server.Process is { IsRunning: true }).Select(server => server.Process!.ProcessId),
    ];

    /// <summary>Every argument of every process on this machine.</summary>
    public static string AllCommandLines()
    {
        var text = new StringBuilder();
        foreach (var process in Process.GetProcesses())
        {
            using (process)
            {
                try
                {
                    text.Append(File.ReadAllText($"/proc/{process.Id}/cmdline").Replace('\0', ' ')).Append('\n');
                }
                catch (IOException)
                {
                    // It has ended meanwhile.
                }
            }
        }

        return text.ToString();
    }

    public void Verbose(string message)
    {
    }

    public void Debug(string message)
    {
    }

    public void Warning(string message) => Warnings.Enqueue(message);

    public void Progress(ProgressReport report)
    {
    }

    public async ValueTask DisposeAsync()
    {
        await Service.StopAsync(CancellationToken.None);
        if (Directory.Exists(parent))
        {
            Directory.Delete(parent, recursive: true);
        }
    }
}
