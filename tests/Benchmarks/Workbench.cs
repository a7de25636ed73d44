using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CivicQ.Benchmarks;

/// <summary>A lab of its own, and what the benchmarks need to know of it.</summary>
internal sealed class Workbench : IAsyncDisposable
{
    private Workbench(string root, string folder)
    {
        Root = root;
        Folder = folder;
    }

    /// <summary>The repository.</summary>
    public string Root { get; }

    /// <summary>A folder for this run.</summary>
    public string Folder { get; }

    public string Manifest => Path.Combine(Root, "CivicQ.Ops.psd1");

    /// <summary>What a warm session runs first.</summary>
    public string SessionSetUp => $"Import-Module '{Manifest}'";

    public static async Task<Workbench> StartAsync()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "CivicQ.Ops.psd1")))
        {
            root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("Not in the repository.");
        }

        var folder = Directory.CreateTempSubdirectory("civicq-bench-").FullName;
        if (!OperatingSystem.IsWindows())
        {
            // The lab's PostgreSQL runs as another user, who must be able to walk in.
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        }

        // Inherited by everything that is started here: nothing of the operator's own is read or written.
        Environment.SetEnvironmentVariable("CIVICQ_CONFIG", Path.Combine(folder, "config"));
        Environment.SetEnvironmentVariable("CIVICQ_STATE", Path.Combine(folder, "state"));
        Environment.SetEnvironmentVariable("CIVICQ_JOURNAL", Path.Combine(folder, "journal.jsonl"));
        Environment.SetEnvironmentVariable("NO_COLOR", "1");
        var bench = new Workbench(root, folder);
        await bench.CivicqAsync("Start-CivicQLab").ConfigureAwait(false);
        return bench;
    }

    public Task<string> CivicqAsync(params string[] arguments) => Shell.RunAsync(Path.Combine(Root, "artifacts/civicq/civicq"), arguments);

    public async ValueTask DisposeAsync()
    {
        await CivicqAsync("Stop-CivicQLab", "-Confirm:0").ConfigureAwait(false);
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>The lab's environment as the host prints it.</summary>
    public async Task<JsonObject> LabAsync()
    {
        var json = await CivicqAsync("Get-CivicQEnvironment", "-Name", "lab", "--output", "jsonl").ConfigureAwait(false);
        return JsonNode.Parse(json)!.AsObject();
    }

    /// <summary>What the manual's script needs to find the lab's servers.</summary>
    public Task<Dictionary<string, string>> ScriptVariablesAsync() => throw new InvalidOperationException("set by the lab's layout");

    /// <summary>Fifty environments that are all the lab; gives the set-up of a session that sees them.</summary>
    public Task<string> FiftyEnvironmentsAsync() => throw new InvalidOperationException(JsonSerializer.Serialize(CultureInfo.InvariantCulture.Name));
}
