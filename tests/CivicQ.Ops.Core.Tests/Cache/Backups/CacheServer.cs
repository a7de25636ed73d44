using System.Globalization;
using System.Text;
using CivicQ.Ops.Core.Cache;
using CivicQ.Ops.Core.Cache.Backups;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Tests.Support;

namespace CivicQ.Ops.Core.Tests.Cache.Backups;

/// <summary>A real Redis with a folder for its backups.</summary>
internal sealed class CacheServer : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string name = "t-" + Guid.NewGuid().ToString("N");

    private CacheServer(LabRedis redis)
    {
        Redis = redis;
        Context = ContextOf(TestContexts.RedisSettings(redis));
    }

    public LabRedis Redis { get; }

    public EnvironmentContext Context { get; }

    /// <summary>The folder of the backups.</summary>
    public string Folder => folder.Path;

    /// <summary>All files below the folder of backups, hidden ones too.</summary>
    public IReadOnlyList<string> Files => Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories);

    public static async Task<CacheServer> StartAsync(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string> { ["repl-diskless-sync-delay"] = "0", ["enable-debug-command"] = "yes", ["save"] = "\"\"" };
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        return new CacheServer(await LabRedis.StartAsync(new LabRedisOptions { Settings = all }));
    }

    /// <summary>The same environment with another server, or another way to it.</summary>
    public EnvironmentContext ContextOf(RedisSettings cache, string? password = null, string? authority = null) => TestContexts.Create(
        new CivicQEnvironment
        {
            Name = name, Cache = cache, LocalHost = false, TimeoutSeconds = 60,
            Backups = new BackupSettings { Folder = folder.Path }, Tls = new TlsSettings { CertificateAuthority = authority },
        },
        ("redis", password ?? Redis.Password));

    public Task<CacheBackupResult> BackupAsync(CacheBackupMethod method = CacheBackupMethod.Auto, CancellationToken cancellationToken = default) =>
        new CacheBackup(Context, new CacheBackupOptions { Method = method }).RunAsync(cancellationToken);

    public async Task<CacheRestoreResult> RestoreAsync(string path, CacheRestoreOptions? options = null)
    {
        await using var finder = new CacheBackupFinder(Context);
        var source = await finder.FindAsync(path, CancellationToken.None);
        var plan = await new CacheRestorePlanner(Context).PlanAsync(source, options ?? new CacheRestoreOptions(), CancellationToken.None);
        return await new CacheRestorer(Context, source, plan).RunAsync(new CacheBackupOptions(), CancellationToken.None);
    }

    /// <summary>Sends commands in one connection, each of which must succeed; the last one's reply.</summary>
    public async Task<RedisReply> SendAsync(params string[][] commands)
    {
        await using var stream = await RedisConnector.OpenStreamAsync(Context, Context.Environment.Cache!, TimeSpan.FromMinutes(1), CancellationToken.None);
        RedisReply? last = null;
        foreach (var command in commands)
        {
            last = await stream.CallAsync(CancellationToken.None, command);
        }

        return last!;
    }

    public async Task<string> TextAsync(params string[] command) => (await SendAsync(command)).Text;

    public async Task<long> SizeAsync(int database = 0) => long.Parse(
        (await SendAsync(["SELECT", database.ToString(CultureInfo.InvariantCulture)], ["DBSIZE"])).Text, CultureInfo.InvariantCulture);

    /// <summary>The server's own sum over all that it holds.</summary>
    public Task<string> DigestAsync() => TextAsync("DEBUG", "DIGEST");

    /// <summary>Every type in every form that Redis 7 gives it, in two databases.</summary>
    public async Task FillAsync()
    {
        string Long(int length) => string.Create(length, 0, (span, _) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = (char)('a' + ((i / 7) % 26));
            }
        });
        string Random(int length) => Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(length / 2));
        string[] Many(string command, string key, int count, Func<int, string[]> items) => [command, key, .. Enumerable.Range(0, count).SelectMany(items)];
        static string N(int number) => number.ToString(CultureInfo.InvariantCulture);
        await SendAsync(
            ["SET", "int8", "-7"], ["SET", "int16", "1234"], ["SET", "int32", "-123456789"], ["SET", "int64", "1234567890123"], ["SET", "empty", ""],
            ["SET", "text", "Grüße"], ["SET", "lzf", Long(5000)], ["SET", "random", Random(3000)], ["SET", "large", Random(3_000_000)], ["SET", "1234", "numeric key"],
            ["SET", Long(200), "a key that is packed"],
            Many("RPUSH", "list-small", 5, i => [N(i)]), Many("RPUSH", "list-large", 3000, i => [Random(40)]), ["RPUSH", "list-plain", Random(20000), "x"],
            Many("SADD", "set-int", 20, i => [N(i)]), Many("SADD", "set-text", 20, i => ["m" + N(i)]), Many("SADD", "set-table", 700, i => ["member" + N(i)]),
            Many("ZADD", "zset-small", 20, i => [N(i) + ".5", "m" + N(i)]), Many("ZADD", "zset-large", 500, i => [N(i), "member" + N(i)]), ["ZADD", "zset-infinite", "-inf", "a", "+inf", "b"],
            Many("HSET", "hash-small", 20, i => ["f" + N(i), N(i)]), Many("HSET", "hash-large", 700, i => ["field" + N(i), Long(100)]),
            ["PFADD", "hyperloglog", "a", "b"], ["SETBIT", "bits", "4000", "1"], ["GEOADD", "geo", "13.4", "52.5", "Berlin"],
            ["SET", "expires", "later", "PX", "3600000"], ["SET", "expires-far", "later", "PXAT", "4102444800000"],
            ["XGROUP", "CREATE", "stream", "group", "0", "MKSTREAM"]);
        for (var i = 0; i < 300; i++)
        {
            await SendAsync(["XADD", "stream", "*", "field", N(i), "other", Long(50)]);
        }

        await SendAsync(
            ["XREADGROUP", "GROUP", "group", "consumer", "COUNT", "7", "STREAMS", "stream", ">"], ["XGROUP", "CREATE", "stream", "second", "$"], ["XDEL", "stream", "0-1"],
            ["SELECT", "3"], ["SET", "other", "database"], Many("MSET", "k", 1, _ => ["v"]), ["SET", "cache:questions:1", "q"], ["SET", "cache:questions:2", "q"]);
    }

    public async ValueTask DisposeAsync()
    {
        await Redis.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>Puts right a snapshot's checksum after a change, as an attacker or a bug with a computer would.</summary>
    public static byte[] Resum(byte[] snapshot)
    {
        var sum = BitConverter.GetBytes(Crc64.Append(0, snapshot.AsSpan(0, snapshot.Length - 8)));
        return [.. snapshot[..^8], .. sum];
    }

    /// <summary>The file of a backup.</summary>
    public static string FileOf(CacheBackupResult backup) => Path.Combine(backup.Path!, backup.Name + ".rdb");

    /// <summary>A server's first words, as a fake says them: yes to everything until SYNC.</summary>
    public static async Task GreetUntilSyncAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        while (true)
        {
            var read = await stream.ReadAsync(buffer, cancellationToken);
            var words = Encoding.ASCII.GetString(buffer, 0, read);
            if (read == 0 || words.Contains("SYNC", StringComparison.Ordinal))
            {
                return;
            }

            await stream.WriteAsync(words.Contains("INFO", StringComparison.Ordinal) ? "$22\r\nredis_version:7.0.15\r\n\r\n"u8.ToArray() : "+OK\r\n"u8.ToArray(), cancellationToken);
        }
    }
}
