using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.Json.Nodes;

namespace CivicQ.Ops.Tests.Support;

/// <summary>A lab in a state folder of a test's own, started and stopped by processes of their own.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class OwnLab : IAsyncDisposable
{
    // Short, since sockets of PostgreSQL and others have short paths.
    private readonly string folder = Directory.CreateTempSubdirectory("cq-").FullName;

    public OwnLab()
    {
        // PostgreSQL may run as another user, who must be able to walk in.
        File.SetUnixFileMode(folder, (UnixFileMode)Convert.ToInt32("755", 8));
        Variables = new Dictionary<string, string?>
        {
            ["CIVICQ_STATE"] = Path.Combine(folder, "state"),
            ["CIVICQ_CONFIG"] = Path.Combine(folder, "config"),
            ["CIVICQ_JOURNAL"] = Path.Combine(folder, "journal.jsonl"),
        };
        Command = new CivicQProcess(Variables);
    }

    public Dictionary<string, string?> Variables { get; }

    public CivicQProcess Command { get; }

    public string StateFolder => Path.Combine(folder, "state");

    public string Folder => Path.Combine(StateFolder, "lab");

    public string StateFile => Path.Combine(Folder, "state.json");

    public string JournalFile => Path.Combine(folder, "journal.jsonl");

    public IReadOnlyList<string> JournalOutcomes => File.Exists(JournalFile)
        ? [.. File.ReadAllLines(JournalFile).Select(line => JsonNode.Parse(line)!).Select(entry => $"{entry["cmdlet"]} {entry["outcome"]}")]
        : [];

    /// <summary>The processes whose variables name this lab's folder or whose arguments do.</summary>
    public List<int> Processes() =>
    [
        .. Process.GetProcesses().Select(process => process.Id).Where(id => id != Environment.ProcessId && (Mentions(id, "environ") || Mentions(id, "cmdline"))),
    ];

    public async ValueTask DisposeAsync()
    {
        if (Directory.Exists(Folder))
        {
            await Command.RunAsync("Stop-CivicQLab", "-Confirm:$false");
        }

        Directory.Delete(folder, recursive: true);
    }

    private bool Mentions(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}").Contains(folder, StringComparison.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It has ended meanwhile, or is a stranger's.
            return false;
        }
    }
}
