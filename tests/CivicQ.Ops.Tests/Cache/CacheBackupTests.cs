using System.Text.Json.Nodes;
using CivicQ.Ops.Tests.Servers;
using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Cache;

/// <summary><c>Backup-CivicQCache</c> and <c>Restore-CivicQCache</c> with a Redis of their own.</summary>
public sealed class CacheBackupTests(LabFixture lab) : CmdletTests(lab), IAsyncLifetime
{
    private const string Password = "PlantedSecret4711";
    private readonly string folder = Path.Combine(Suite.Folder, "cache-" + Guid.NewGuid().ToString("N"));
    private OwnRedis redis = null!;
    private EnvironmentsFile environments = null!;

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(folder);
        redis = await OwnRedis.StartAsync(folder, Password);
        await File.WriteAllTextAsync(Path.Combine(folder, "password"), Password);
        environments = new EnvironmentsFile(("own", Environment(redis.Port)), ("closed", Environment(LoopbackServer.ClosedPort())), ("none", new JsonObject { ["localHost"] = false }));
    }

    public Task DisposeAsync()
    {
        environments.Dispose();
        redis.Dispose();
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_backup_pipes_into_a_restore()
    {
        await SendAsync("SET cache:1 one", "SET cache:2 two", "SELECT 5", "SET other x");
        var backup = Assert.Single(Succeed("Backup-CivicQCache -Environment own"));
        Assert.Equal(("own", "3", "Replication", "Store", "True"), (backup.Text("Environment"), backup.Text("Keys"), backup.Text("Method"), backup.Text("Location"), backup.Text("Verified")));
        await SendAsync("SET cache:1 changed", "DEL cache:2");
        var result = Invoke("Restore-CivicQCache -Replace -Confirm:$false", [backup]);
        Assert.Empty(result.Errors);
        var restored = Assert.Single(result.Output)!;
        Assert.Equal(("own", "3", "True"), (restored.Text("Environment"), restored.Text("Restored"), restored.Text("Verified")));
        Assert.NotEmpty(restored.Text("SafetyCopy"));
        Assert.Equal("two", await SendAsync("GET cache:2"));
        Assert.DoesNotContain(Password, Everything(result), StringComparison.Ordinal);
        Assert.DoesNotContain(Password, string.Concat(Directory.EnumerateFiles(Path.Combine(folder, "backups"), "*.json", SearchOption.AllDirectories).Select(File.ReadAllText)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIf_shows_the_counts_and_changes_nothing()
    {
        await SendAsync("SET a 1", "SET b 2");
        var backup = Assert.Single(Succeed($"Backup-CivicQCache -Folder '{folder}/elsewhere' -Environment own"));
        Assert.StartsWith(folder + "/elsewhere", backup.Text("Path"), StringComparison.Ordinal);
        await SendAsync("DEL b");
        var result = Invoke($"Restore-CivicQCache '{backup.Text("Path")}' -Environment own -Replace -WhatIf");
        Assert.Empty(result.Errors);
        Assert.Empty(result.Output);
        var line = Assert.Single(result.WhatIf);
        Assert.Contains("database 0 (1 keys now)", line, StringComparison.Ordinal);
        Assert.Contains("2 keys into database 0", line, StringComparison.Ordinal);
        Assert.Equal("", await SendAsync("GET b"));
        Assert.Empty(Invoke("Backup-CivicQCache -Environment own -WhatIf").Output);
        Assert.False(Directory.Exists(Path.Combine(folder, "backups")));
    }

    [Fact]
    public async Task Refusals_have_identifiers_of_their_own()
    {
        await SendAsync("SET a 1");
        var path = Assert.Single(Succeed("Backup-CivicQCache -Environment own -Location Folder -Method Replication")).Text("Path");
        Assert.Equal(["CacheNotEmpty"], Ids(Invoke($"Restore-CivicQCache '{path}' -Environment own -Confirm:$false")));
        await SendAsync("SADD _kombu.binding.celery x");
        Assert.Equal(["CacheQueueProtected"], Ids(Invoke($"Restore-CivicQCache '{path}' -Environment own -Merge -Confirm:$false")));
        Assert.Equal(["BackupNotFound"], Ids(Invoke("Restore-CivicQCache nothing -Environment own -Confirm:$false")));
        Assert.Equal(["CacheUnreachable"], Ids(Invoke($"Restore-CivicQCache '{path}' -Environment closed -Confirm:$false")));
        Assert.Equal(["CacheUnreachable"], Ids(Invoke("Backup-CivicQCache -Environment closed")));
        Assert.Equal(["ComponentNotConfigured"], Ids(Invoke("Backup-CivicQCache -Environment none")));
        Assert.Equal(["ComponentNotConfigured"], Ids(Invoke($"Restore-CivicQCache '{path}' -Environment none -Confirm:$false")));
        Assert.NotEmpty(Invoke($"Restore-CivicQCache '{path}' -Environment own -Merge -Replace").Errors);
    }

    [Fact]
    public async Task All_that_can_be_chosen_counts()
    {
        await SendAsync("SET cache:1 one", "SADD _kombu.binding.celery x", "SELECT 2", "SET cache:1 two");
        var path = Assert.Single(Succeed("Backup-CivicQCache -Environment own")).Text("Path");
        await SendAsync("FLUSHALL");
        var first = Assert.Single(Succeed($"Restore-CivicQCache '{path}' -Environment own -Database 2 -Pattern cache:* -Confirm:$false"));
        Assert.Equal("1", first.Text("Restored"));
        var second = Assert.Single(Succeed($"Restore-CivicQCache '{path}' -Environment own -Merge -IncludeQueue -SkipBackup -Confirm:$false"));
        Assert.Equal(("3", ""), (second.Text("Restored"), second.Text("SafetyCopy")));
        var third = Assert.Single(Succeed($"Restore-CivicQCache '{path}' -Environment own -Replace -IncludeQueue -BackupFolder '{folder}/safe' -Confirm:$false"));
        Assert.StartsWith(folder + "/safe", third.Text("SafetyCopy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_change_is_in_the_journal()
    {
        await SendAsync("SET a 1");
        Succeed("Backup-CivicQCache -Environment own");
        var entry = Succeed("Get-CivicQJournal")[^1];
        Assert.Equal(("Backup-CivicQCache", "Succeeded"), (entry.Text("Cmdlet"), entry.Text("Outcome")));
    }

    [Fact]
    public async Task Both_can_be_stopped()
    {
        await SendAsync("SET a 1");
        var path = Assert.Single(Succeed("Backup-CivicQCache -Environment own")).Text("Path");
        foreach (var line in new[] { "Backup-CivicQCache -Environment silent", $"Restore-CivicQCache '{path}' -Environment silent -Confirm:$false" })
        {
            await using var silent = LoopbackServer.Silent();
            using var one = new EnvironmentsFile(("silent", Environment(silent.Port)));
            await StopAsync(line, silent);
        }
    }

    private JsonObject Environment(int port) => new()
    {
        ["cache"] = new JsonObject { ["host"] = "127.0.0.1", ["port"] = port, ["password"] = "file:" + Path.Combine(folder, "password") },
        ["backups"] = new JsonObject { ["folder"] = Path.Combine(folder, "backups") },
        ["localHost"] = false,
        ["timeoutSeconds"] = 120,
    };

    // Inline commands, as telnet would send them; the last one's answer.
    private async Task<string> SendAsync(params string[] commands)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync("127.0.0.1", redis.Port);
        using var reader = new StreamReader(client.GetStream());
        await using var writer = new StreamWriter(client.GetStream()) { NewLine = "\r\n", AutoFlush = true };
        var answer = "";
        foreach (var command in new[] { "AUTH " + Password }.Concat(commands))
        {
            await writer.WriteLineAsync(command);
            answer = await reader.ReadLineAsync() ?? "";
            Assert.False(answer.StartsWith('-'), answer);
            answer = answer.StartsWith('$') ? answer == "$-1" ? "" : await reader.ReadLineAsync() ?? "" : answer[1..];
        }

        return answer;
    }
}
