using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Backups.Verification;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Storage;
using CivicQ.Ops.Core.Tests.Storage;
using CivicQ.Ops.Core.Tests.Support;

namespace CivicQ.Ops.Core.Tests.Backups.Kills;

/// <summary>
/// An environment of one test's own, with a folder and a bucket for backups, that the command <c>civicq</c> works in as a process of its own; and what
/// must hold after it was killed.
/// </summary>
internal sealed class KillLab : IDisposable
{
    private const string Prefix = "nightly/";
    private readonly TemporaryFolder folder = new();
    private readonly ArchivingDatabase database;
    private readonly HashSet<string> read = new(StringComparer.Ordinal);

    private KillLab(ArchivingDatabase database, ObjectStore store, string bucket, Uri endpoint)
    {
        (this.database, Store, Bucket) = (database, store, bucket);
        Directory.CreateDirectory(Temporary);
        Context = TestContexts.Create(
            new CivicQEnvironment
            {
                Name = "kill", TimeoutSeconds = 60, LocalHost = false,
                Database = new DatabaseSettings
                {
                    Host = database.Server.Host, Port = database.Server.Port, Name = ArchivingDatabase.Name, User = database.Server.User, SslMode = "disable", Password = new SecretReference(SecretScheme.Variable, "password"),
                },
                Storage = StoreFixture.Context(endpoint).Environment.Storage,
                Backups = new BackupSettings { Folder = Backups, Bucket = bucket, Prefix = Prefix, WalArchive = database.Server.ArchiveFolder },
            },
            ("access", S3Lab.AccessKey), ("secret", S3Lab.SecretKey), ("password", database.Server.Password)) with { Reporter = NullReporter.Instance };
        File.WriteAllText(Path.Combine(folder.Path, "environments.json"), JsonSerializer.Serialize(new
        {
            environments = new
            {
                kill = new
                {
                    timeoutSeconds = 60, localHost = false,
                    database = new { host = database.Server.Host, port = database.Server.Port, name = ArchivingDatabase.Name, user = database.Server.User, sslMode = "disable", password = "env:KILL_PASSWORD" },
                    storage = new { endpoint = endpoint.ToString(), pathStyle = true, accessKey = "env:KILL_ACCESS", secretKey = "env:KILL_SECRET" },
                    backups = new { folder = Backups, bucket, prefix = Prefix, walArchive = database.Server.ArchiveFolder },
                },
            },
        }));
    }

    /// <summary>The same environment, for the tests' own process.</summary>
    public EnvironmentContext Context { get; }

    public ObjectStore Store { get; }

    public string Bucket { get; }

    public string Backups => folder.File("backups");

    /// <summary>Where the command's temporary files are.</summary>
    public string Temporary => folder.File("tmp");

    public static async Task<KillLab> OpenAsync(ArchivingDatabase database, S3Lab? server = null)
    {
        var lab = server ?? await S3Lab.GetAsync();
        var store = await StoreFixture.ConnectAsync(lab.Endpoint);
        return new KillLab(database, store, await StoreFixture.BucketAsync(store), lab.Endpoint);
    }

    public void Dispose()
    {
        Store.Dispose();
        folder.Dispose();
    }

    /// <summary>Starts the command.</summary>
    public Process Start(params string[] words)
    {
        var root = typeof(KillLab).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!;
        var start = new ProcessStartInfo(Path.Combine(root, "artifacts", "civicq", "civicq"), [.. words, "-Environment", "kill", "-Confirm:$false"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var variables = new Dictionary<string, string>
        {
            ["CIVICQ_CONFIG"] = Path.Combine(folder.Path, "environments.json"), ["CIVICQ_STATE"] = folder.File("state"), ["CIVICQ_JOURNAL"] = folder.File("journal.jsonl"), ["TMPDIR"] = Temporary,
            ["KILL_PASSWORD"] = database.Server.Password, ["KILL_ACCESS"] = S3Lab.AccessKey, ["KILL_SECRET"] = S3Lab.SecretKey,
        };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    /// <summary>Runs it to its end, which must be a good one.</summary>
    public async Task<TimeSpan> RunAsync(params string[] words)
    {
        var clock = Stopwatch.StartNew();
        using var process = Start(words);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', words)}: {process.ExitCode} {await error} {await output}");
        return clock.Elapsed;
    }

    /// <summary>Kills it, and not what it started, after some time.</summary>
    /// <returns>True where it had not ended by itself.</returns>
    public async Task<bool> KillAsync(TimeSpan after, string moment, params string[] words)
    {
        using var process = Start(words);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(after);
        await ((Task)process.WaitForExitAsync(limit.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var killed = !process.HasExited;
        process.Kill(entireProcessTree: false);
        await ((Task)process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.True(killed || process.ExitCode == 0, $"{moment}: {(killed ? "" : await error + await output)}");
        await NothingRunsAsync(moment);
        return killed;
    }

    /// <summary>Waits until nothing runs any more that the command had started.</summary>
    public async Task NothingRunsAsync(string moment)
    {
        var limit = DateTime.UtcNow.AddMinutes(1);
        while (Children() is { Count: > 0 } left)
        {
            Assert.True(DateTime.UtcNow < limit, $"{moment}: still runs: {string.Join("; ", left)}");
            await Task.Delay(50);
        }
    }

    /// <summary>What is under a final name verifies, and <c>latest.json</c> points to one of them.</summary>
    public async Task AllGoodAsync(string moment, bool deep = false)
    {
        var found = await BackupExaminer.ListAsync(Context, new BackupQuery(), error => throw error, CancellationToken.None);
        Assert.NotEmpty(found);
        Assert.All(found, one => Assert.True(one.State == BackupState.Complete, $"{moment}: {one.Path} {one.Reason}"));
        foreach (var series in found.GroupBy(one => (one.Database, one.Kind, one.Location)))
        {
            var below = $"{series.Key.Database}/{BackupPath.KindText(series.Key.Kind)}/latest.json";
            var pointer = series.Key.Location == BackupLocation.Folder ? await File.ReadAllTextAsync(Path.Combine(Backups, below)) : await Store.GetTextAsync(Bucket, Prefix + below, CancellationToken.None);
            var name = JsonDocument.Parse(pointer).RootElement.GetProperty("name").GetString();
            Assert.True(series.Any(one => one.Name == name), $"{moment}: latest.json of {series.Key} names {name}");
        }

        // Each backup is read from the first byte to the last; one that was read before cannot have changed.
        foreach (var one in found.Where(one => deep || read.Add(one.Path)))
        {
            await foreach (var test in BackupExaminer.TestAsync(
                Context, new BackupQuery { Names = [one.Name], Kind = one.Kind, Locations = [one.Location] }, error => throw error, CancellationToken.None))
            {
                Assert.True(test.Passed, $"{moment}: {test.Path} {test.Reason}");
            }
        }
    }

    /// <summary>Nothing is there but whole backups and their pointers: no temporary file, no unpublished object, no upload.</summary>
    public async Task NothingLeftAsync(string moment)
    {
        var left = await LeftAsync();
        Assert.True(left.Count == 0, $"{moment}: {string.Join(", ", left)}");
    }

    /// <summary>What a run that was killed left behind for the next one to sweep.</summary>
    public async Task<List<string>> LeftAsync()
    {
        var found = await BackupExaminer.ListAsync(Context, new BackupQuery(), error => throw error, CancellationToken.None);
        var whole = found.Select(one => (one.Location, one.Name)).ToHashSet();
        var files = Directory.EnumerateFileSystemEntries(Backups, "*", SearchOption.AllDirectories).Where(path => Path.GetFileName(path)[0] == '.' || path.EndsWith(".tmp", StringComparison.Ordinal))
            .Concat(Directory.EnumerateFileSystemEntries(Temporary).Where(path => Path.GetFileName(path).Contains("civicq", StringComparison.Ordinal)));
        var keys = (await Store.ListAsync(Bucket, null, CancellationToken.None).ToListAsync()).Select(one => one.Key)
            .Where(key => !key.EndsWith("/latest.json", StringComparison.Ordinal) && !whole.Contains((BackupLocation.Bucket, key.Split('/')[^2])));
        var uploads = await Store.ListUploadsAsync(Bucket, null, CancellationToken.None).ToListAsync();
        return [.. files.Select(path => Path.GetRelativePath(folder.Path, path)), .. keys.Select(key => "object " + key), .. uploads.Select(one => "upload " + one.Key)];
    }

    // By a variable that they inherit, or a path that they were given; a throw-away server has no variables.
    private List<string> Children()
    {
        var result = new List<string>();
        foreach (var process in Process.GetProcesses())
        {
            using (process)
            {
                try
                {
                    var id = process.Id;
                    if (id != Environment.ProcessId
                        && (File.ReadAllText($"/proc/{id}/environ").Contains(folder.Path, StringComparison.Ordinal) || File.ReadAllText($"/proc/{id}/cmdline").Contains(folder.Path, StringComparison.Ordinal)))
                    {
                        result.Add($"{id} {process.ProcessName}");
                    }
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidOperationException)
                {
                    // It has ended meanwhile, or is a stranger's.
                }
            }
        }

        return result;
    }
}
