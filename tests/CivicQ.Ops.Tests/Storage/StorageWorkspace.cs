using System.Text.Json;
using CivicQ.Host.Engine;
using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Storage;

/// <summary>An environment <c>shop</c> with two buckets with versions of its own on the S3 server, reached through the cmdlets alone.</summary>
internal sealed class StorageWorkspace : IDisposable
{
    private const string Lab = "Start-CivicQLab -Exclude Postgres, Redis, Api, Celery, PgBouncer -Confirm:$false";
    private readonly Workspace workspace = new();

    private StorageWorkspace()
    {
    }

    public string Media { get; private set; } = "";

    public string Backups { get; private set; } = "";

    public Workspace Workspace => workspace;

    /// <summary>Starts a lab of buckets alone.</summary>
    public static async Task<StorageWorkspace> OpenAsync()
    {
        var server = await S3Lab.GetAsync();
        var opened = new StorageWorkspace();
        opened.workspace.Set("CIVICQ_STATE", Path.Combine(opened.workspace.Folder, "state"));
        opened.workspace.Set("STORAGE_ACCESS", S3Lab.AccessKey);
        opened.workspace.Set("STORAGE_SECRET", S3Lab.SecretKey);
        var started = opened.Run($"{Lab} -StorageEndpoint {server.Endpoint} -StorageAccessKey env:STORAGE_ACCESS -StorageSecretKey env:STORAGE_SECRET");
        var storage = Assert.Single(started.Output, one => one!.Text("Name") == "Storage")!;
        Assert.Equal("Running", storage.Text("Status"));
        var words = storage.Text("Detail").Split(' ');
        (opened.Media, opened.Backups) = (words.Single(word => word.StartsWith("civicq-media-", StringComparison.Ordinal)), words.Single(word => word.StartsWith("civicq-backups-", StringComparison.Ordinal)));
        // The lab has its keys by now.
        opened.workspace.Set("STORAGE_SECRET", null);
        return opened;
    }

    public InvocationResult Run(string line) => workspace.Run(line);

    public InvocationResult Invoke(string line) => workspace.Invoke(line);

    /// <summary>The environments' file, with this lab's buckets under other keys or names.</summary>
    public void Configure(string name, Uri endpoint, string secret, params string[] buckets) => workspace.Configure((name, JsonSerializer.Serialize(new
    {
        storage = new
        {
            endpoint = endpoint.ToString(), pathStyle = true, buckets,
            accessKey = "file:" + workspace.SecretFile(S3Lab.AccessKey), secretKey = "file:" + workspace.SecretFile(secret),
        },
    })));

    public void Dispose()
    {
        var stopped = workspace.Invoke("Stop-CivicQLab -Confirm:$false");
        workspace.Dispose();
        Assert.Empty(stopped.Errors);
        Assert.Empty(stopped.Warnings);
    }
}
