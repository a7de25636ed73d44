using System.Globalization;
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

    /// <summary>What the manual's script needs to find the lab's servers.</summary>
    public Dictionary<string, string> ScriptVariables()
    {
        var lab = Path.Combine(Folder, "state", "lab");
        var servers = Servers();
        string Secret(string name) => File.ReadAllText(Path.Combine(lab, "secrets", name)).Trim();
        return new Dictionary<string, string>
        {
            ["LAB_DATABASE_URL"] = $"postgresql://civicq@127.0.0.1:{servers["Postgres"].Port}/civicq",
            ["PGPASSWORD"] = Secret("database"),
            ["REDISCLI_AUTH"] = Secret("redis"),
            ["LAB_REDIS_PORT"] = $"{servers["Redis"].Port}",
            ["LAB_API"] = $"https://127.0.0.1:{servers["Api"].HttpsPort}",
            ["LAB_SITE"] = $"https://127.0.0.1:{servers["Api"].HttpsPort}/",
            ["LAB_CA"] = Path.Combine(lab, "certificates", "ca.pem"),
            ["LAB_CELERY_APP"] = Path.Combine(lab, "celery"),
            ["LAB_CELERY_MODULE"] = "app.worker",
            ["LAB_APP_LOG"] = Path.Combine(lab, "api", "app.log"),
        };
    }

    /// <summary>Writes an environment <c>bench</c> whose services are these.</summary>
    public void WriteServices(JsonObject services)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder, "config")).FullName;
        File.WriteAllText(Path.Combine(folder, "environments.json"), new JsonObject { ["environments"] = new JsonObject { ["bench"] = new JsonObject { ["services"] = services } } }.ToJsonString());
    }

    /// <summary>Fifty environments that are all the lab; gives the set-up of a session that sees them.</summary>
    public string FiftyEnvironments()
    {
        var lab = Path.Combine(Folder, "state", "lab");
        var servers = Servers();
        var environments = new JsonObject();
        for (var number = 1; number <= 50; number++)
        {
            environments[string.Create(CultureInfo.InvariantCulture, $"copy{number:00}")] = new JsonObject
            {
                ["api"] = new JsonObject { ["url"] = $"https://127.0.0.1:{servers["Api"].HttpsPort}/" },
                ["site"] = new JsonObject { ["url"] = $"https://127.0.0.1:{servers["Api"].HttpsPort}/" },
                ["database"] = new JsonObject
                {
                    ["host"] = "127.0.0.1", ["port"] = servers["Postgres"].Port, ["name"] = "civicq", ["user"] = "civicq",
                    ["password"] = "file:" + Path.Combine(lab, "secrets", "database"), ["sslMode"] = "disable",
                },
                ["cache"] = new JsonObject
                {
                    ["host"] = "127.0.0.1", ["port"] = servers["Redis"].Port, ["password"] = "file:" + Path.Combine(lab, "secrets", "redis"),
                },
                ["queue"] = new JsonObject { ["queues"] = new JsonArray("celery", "video") },
                ["tls"] = new JsonObject { ["certificateAuthority"] = Path.Combine(lab, "certificates", "ca.pem") },
            };
        }

        var folder = Directory.CreateDirectory(Path.Combine(Folder, "config")).FullName;
        File.WriteAllText(Path.Combine(folder, "environments.json"), new JsonObject { ["environments"] = environments }.ToJsonString());
        return SessionSetUp;
    }

    private Dictionary<string, (int Port, int HttpsPort)> Servers()
    {
        var state = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "state", "lab", "state.json")))!;
        return state["servers"]!.AsArray().ToDictionary(
            server => (string)server!["kind"]!, server => ((int)server!["port"]!, (int)server["httpsPort"]!));
    }
}
