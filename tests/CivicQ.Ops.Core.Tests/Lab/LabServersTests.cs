using System.Security.Cryptography.X509Certificates;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Operations;
using Npgsql;

namespace CivicQ.Ops.Core.Tests.Lab;

[Collection("Lab")]
public class LabServersTests(RunningLab lab)
{
    [Fact]
    public void Every_server_runs_and_listens_on_loopback()
    {
        Assert.Equal(Enum.GetValues<LabServerKind>().Except([LabServerKind.Services, LabServerKind.Storage]), lab.Servers.Select(server => server.Name));
        Assert.All(lab.Servers, server => Assert.Equal(LabServerStatus.Running, server.Status));
        Assert.All(lab.Servers, server => Assert.True(server.MemoryBytes > 1_000_000));
        Assert.All(lab.Servers.Where(server => server.Name != LabServerKind.Celery), server => Assert.Contains("127.0.0.1:", server.Endpoint!, StringComparison.Ordinal));
        Assert.All(lab.Servers, server => Assert.True(File.Exists(server.LogFile)));
    }

    [Fact]
    public async Task A_second_start_leaves_it_alone_and_says_so()
    {
        var again = await lab.Service.StartAsync(TestLab.Options, CancellationToken.None);
        Assert.Equal(lab.Servers.Select(server => server.ProcessId), again.Select(server => server.ProcessId));
        Assert.Contains(lab.Warnings, warning => warning.Contains("runs already", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_environment_leads_to_the_seeded_database()
    {
        var database = lab.Environment.Database!;
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = database.Host,
            Port = database.Port,
            Database = database.Name,
            Username = database.User,
            Password = await new SecretResolver().ResolveAsync(database.Password!, CancellationToken.None),
            Pooling = false,
        };
        await using var connection = new NpgsqlConnection(builder.ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM questions), (SELECT count(*) FROM votes),
                   (SELECT count(*) FROM audit_logs WHERE action = 'login_failed'), (SELECT count(*) FROM alembic_version),
                   (SELECT count(*) FROM pg_extension WHERE extname = 'pg_stat_statements'),
                   (SELECT rolsuper FROM pg_roles WHERE rolname = 'civicq_api')
            """;
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        Assert.Equal(2000, reader.GetInt64(0));
        Assert.Equal(3000, reader.GetInt64(1));
        Assert.Equal(20000, reader.GetInt64(2));
        Assert.Equal(364, reader.GetInt64(3));
        Assert.Equal(1, reader.GetInt64(4));
        Assert.Equal(1, reader.GetInt64(5));
        Assert.False(reader.GetBoolean(6));
    }

    [Fact]
    public async Task The_cache_and_the_queues_are_filled()
    {
        var cache = lab.Environment.Cache!;
        var options = StackExchange.Redis.ConfigurationOptions.Parse($"{cache.Host}:{cache.Port}");
        options.Password = await new SecretResolver().ResolveAsync(cache.Password!, CancellationToken.None);
        using var connection = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(options);
        var redis = connection.GetDatabase();
        Assert.True(await redis.KeyExistsAsync("cache:questions:42"));
        Assert.NotNull(await redis.KeyTimeToLiveAsync("cache:questions:42"));
        Assert.Equal(6, await redis.ListLengthAsync("video"));
        Assert.Equal(["celery", "video"], lab.Environment.Queue!.Queues);
        await connection.CloseAsync(allowCommandsToComplete: false);
    }

    [Fact]
    public void Secrets_are_their_owners_alone_and_in_no_command_line()
    {
        Assert.Equal("-rwx------", Mode(lab.Store.Folder));
        var commandLines = TestLab.AllCommandLines();
        Assert.Contains("CivicQ.Lab.dll", commandLines, StringComparison.Ordinal);
        foreach (var name in new[] { "database", "database-api", "redis", "admin-token" })
        {
            Assert.Equal("-rw-------", Mode(lab.Store.SecretFile(name)));
            Assert.DoesNotContain(File.ReadAllText(lab.Store.SecretFile(name)), commandLines, StringComparison.Ordinal);
        }
    }

    private static string Mode(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return "";
        }

        var mode = (int)File.GetUnixFileMode(path);
        return "-" + string.Concat("rwxrwxrwx".Select((letter, i) => (mode & (256 >> i)) != 0 ? letter : '-'));
    }

    [Fact]
    public void The_certificate_is_for_ninety_days_and_for_the_labs_names()
    {
        using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(Path.Combine(lab.Store.CertificateFolder, "api.pem")));
        Assert.InRange((certificate.NotAfter.ToUniversalTime() - DateTime.UtcNow).TotalDays, 89, 90);
        foreach (var host in new[] { "localhost", "127.0.0.1", "api.civicq.localhost", "civicq.localhost" })
        {
            Assert.True(certificate.MatchesHostname(host), host);
        }
    }

    [Fact]
    public async Task While_one_starts_or_stops_another_must_wait()
    {
        using var held = lab.Store.Lock();
        var error = await Assert.ThrowsAsync<Core.Errors.OperationException>(() => new LabService(NullReporter.Instance, lab.Store).StopAsync(CancellationToken.None));
        Assert.Equal("LabBusy", error.Definition.Id);
    }
}
