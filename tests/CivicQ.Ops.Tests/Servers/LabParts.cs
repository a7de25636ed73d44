using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace CivicQ.Ops.Tests.Servers;

/// <summary>The parts of the running lab, to make environments of one's own from: with limits, addresses and secrets that differ.</summary>
internal static class LabParts
{
    private const int NeverSlow = 1000;
    private const int Patience = 120;
    private static readonly HttpClient Client = new();

    private static string Folder => Path.Combine(Suite.Folder, "state", "lab");

    /// <summary>The application's log.</summary>
    public static string ApplicationLog => Path.Combine(Folder, "api", "app.log");

    /// <summary>The PEM file of the lab's authority.</summary>
    public static string AuthorityFile => Path.Combine(Folder, "certificates", "ca.pem");

    /// <summary>The address of the API over TLS.</summary>
    public static string ApiAddress => $"https://127.0.0.1:{Port("Api", "httpsPort")}/";

    /// <summary>The file of a secret: admin-token, database, redis.</summary>
    public static string SecretFile(string name) => Path.Combine(Folder, "secrets", name);

    /// <summary>The lab's secrets, to look for where they must not be.</summary>
    public static IReadOnlyList<string> Secrets => [.. Directory.EnumerateFiles(Path.Combine(Folder, "secrets")).Select(file => File.ReadAllText(file).Trim())];

    /// <summary>The port of a server.</summary>
    public static int Port(string server, string key = "port") => State().Single(one => (string?)one!["kind"] == server)![key]!.GetValue<int>();

    /// <summary>An environment like the lab's own, with limits that no busy machine breaks.</summary>
    public static JsonObject Calm() => new()
    {
        ["api"] = Api(),
        ["site"] = new JsonObject { ["url"] = ApiAddress },
        ["database"] = Database(),
        ["cache"] = Cache(),
        ["queue"] = new JsonObject { ["queues"] = new JsonArray("celery", "video") },
        ["logs"] = new JsonObject { ["application"] = new JsonArray(ApplicationLog) },
        ["tls"] = Tls(),
        ["timeoutSeconds"] = Patience,
        ["thresholds"] = new JsonObject
        {
            ["Api.Response"] = Limits(NeverSlow),
            ["Api.Latency"] = Limits(NeverSlow),
            ["Api.ErrorRate"] = Limits(NeverSlow),
            ["Site.Response"] = Limits(NeverSlow),
            ["Database.Connection"] = Limits(NeverSlow),
            ["Database.QueryTime"] = Limits(NeverSlow),
            ["Cache.Connection"] = Limits(NeverSlow),
            ["Cache.HitRate"] = new JsonObject { ["degraded"] = -1 },
            ["Host.Cpu"] = Limits(NeverSlow),
            ["Host.Memory"] = Limits(NeverSlow),
            ["Host.Disk"] = Limits(NeverSlow),
            ["Logs.Errors"] = Limits(1_000_000),
        },
    };

    /// <summary>An environment of one part alone, with time enough for a busy machine.</summary>
    public static JsonObject Only(string part, JsonNode value) => new() { [part] = value, ["localHost"] = false, ["tls"] = Tls(), ["timeoutSeconds"] = Patience };

    /// <summary>The lab's API.</summary>
    public static JsonObject Api() => new() { ["url"] = ApiAddress, ["adminToken"] = "file:" + SecretFile("admin-token") };

    /// <summary>The lab's database, or another port or password.</summary>
    public static JsonObject Database(int? port = null, string? password = null) => new()
    {
        ["host"] = "127.0.0.1",
        ["port"] = port ?? Port("Postgres"),
        ["name"] = "civicq",
        ["user"] = "civicq",
        ["password"] = password ?? "file:" + SecretFile("database"),
        ["sslMode"] = "disable",
    };

    /// <summary>The lab's Redis, or another port or password.</summary>
    public static JsonObject Cache(int? port = null, string? password = null) => new()
    {
        ["host"] = "127.0.0.1",
        ["port"] = port ?? Port("Redis"),
        ["password"] = password ?? "file:" + SecretFile("redis"),
    };

    /// <summary>Trust in the lab's authority.</summary>
    public static JsonObject Tls() => new() { ["certificateAuthority"] = AuthorityFile };

    /// <summary>Both limits of a check.</summary>
    public static JsonObject Limits(double limit) => new() { ["degraded"] = limit, ["unhealthy"] = limit };

    /// <summary>Makes the API and the site fail until it is disposed of.</summary>
    public static IDisposable Fault(string mode, string path = "/")
    {
        Switch(mode, path);
        return new Reset();
    }

    /// <summary>Asks the API, so that there is traffic; gives the status.</summary>
    public static int Get(string path)
    {
        using var answer = Client.Send(new HttpRequestMessage(HttpMethod.Get, Http(path)));
        return (int)answer.StatusCode;
    }

    private static JsonArray State() => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "state.json")))!["servers"]!.AsArray();

    private static string Http(string path) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port("Api")}{path}");

    private static void Switch(string mode, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Http($"/lab/fault?mode={mode}&path={Uri.EscapeDataString(path)}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(SecretFile("admin-token")).Trim());
        using var answer = Client.Send(request);
        answer.EnsureSuccessStatusCode();
    }

    private sealed class Reset : IDisposable
    {
        public void Dispose() => Switch("none", "/");
    }
}
