using System.Text;
using CivicQ.Ops.Core.Cache.Backups;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Tests.Cache.Backups;

/// <summary>Restores into real servers.</summary>
public sealed class CacheRestoreTests
{
    private static readonly CacheRestoreOptions Replace = new() { Mode = CacheRestoreMode.Replace };
    private static readonly CacheRestoreOptions Merge = new() { Mode = CacheRestoreMode.Merge };

    [Fact]
    public async Task All_keys_of_all_types_come_back_and_outlive_a_restart_with_an_append_only_file()
    {
        await using var source = await CacheServer.StartAsync();
        await source.FillAsync();
        var backup = await source.BackupAsync();
        await using var target = await CacheServer.StartAsync();
        var result = await target.RestoreAsync(backup.Path!);
        Assert.True(result.Verified, result.Fault);
        Assert.Null(result.SafetyCopy);
        Assert.Equal(backup.Keys, result.Restored);
        var digest = await source.DigestAsync();
        Assert.Equal(digest, await target.DigestAsync());
        foreach (var key in new[] { "expires", "expires-far" })
        {
            Assert.Equal(await source.TextAsync("PEXPIRETIME", key), await target.TextAsync("PEXPIRETIME", key));
        }

        // What a copied dump.rdb does not get: the append-only file has it too.
        Assert.Equal("yes", (await target.SendAsync(["CONFIG", "GET", "appendonly"])).Items![1].Text);
        await target.SendAsync(["DEBUG", "LOADAOF"]);
        Assert.Equal(digest, await target.DigestAsync());
    }

    [Fact]
    public async Task Functions_come_back()
    {
        const string Library = "#!lua name=civicq\nredis.register_function('civicq_one', function() return 1 end)";
        await using var source = await CacheServer.StartAsync();
        await source.SendAsync(["FUNCTION", "LOAD", Library], ["SET", "a", "1"]);
        var backup = await source.BackupAsync();
        await using var target = await CacheServer.StartAsync();
        var result = await target.RestoreAsync(CacheServer.FileOf(backup));
        Assert.Equal((1, true), (result.Functions, result.Verified));
        Assert.Equal("1", await target.TextAsync("FCALL", "civicq_one", "0"));
    }

    [Fact]
    public async Task Keys_that_are_there_are_kept_unless_told_otherwise()
    {
        await using var server = await CacheServer.StartAsync();
        await server.SendAsync(["SET", "same", "old"], ["SET", "only-backup", "1"]);
        var backup = await server.BackupAsync();
        await server.SendAsync(["SET", "same", "new"], ["DEL", "only-backup"], ["SET", "only-here", "1"]);
        var error = await Assert.ThrowsAsync<OperationException>(() => server.RestoreAsync(backup.Path!));
        Assert.Equal(CacheBackupErrors.NotEmpty, error.Definition);
        Assert.Contains("database 0 has 2 keys", error.Message, StringComparison.Ordinal);
        Assert.Equal("new", await server.TextAsync("GET", "same"));

        var merged = await server.RestoreAsync(backup.Name, Merge);
        Assert.Equal((2L, 3L, true), (merged.Restored, merged.Databases[0].KeysAfter!.Value, merged.Verified));
        Assert.Equal("old", await server.TextAsync("GET", "same"));

        // What was there before is a backup like any other.
        var back = await server.RestoreAsync(merged.SafetyCopy!, Replace);
        Assert.True(back.Verified);
        Assert.Equal("new", await server.TextAsync("GET", "same"));
        Assert.Equal(2, await server.SizeAsync());
        Assert.NotNull(back.SafetyCopy);
    }

    [Fact]
    public async Task Databases_and_patterns_choose()
    {
        await using var source = await CacheServer.StartAsync();
        await source.FillAsync();
        var backup = await source.BackupAsync();
        await using var target = await CacheServer.StartAsync();
        await target.SendAsync(["SET", "mine", "1"], ["SELECT", "3"], ["SET", "cache:old", "1"], ["SET", "mine", "1"]);
        var result = await target.RestoreAsync(backup.Path!, Replace with { Databases = [3], Patterns = ["cache:*"] });
        var only = Assert.Single(result.Databases);
        Assert.Equal((3, 2L, 1L, 2L, 3L), (only.Database, only.KeysInBackup, only.KeysBefore, only.Restored, only.KeysAfter!.Value));
        Assert.Equal(1, await target.SizeAsync());
        Assert.Equal("q", (await target.SendAsync(["SELECT", "3"], ["GET", "cache:questions:2"])).Text);
        Assert.Equal("", (await target.SendAsync(["SELECT", "3"], ["GET", "cache:old"])).Text);
    }

    [Fact]
    public async Task Celerys_queues_are_kept_whether_they_are_here_or_in_the_backup()
    {
        await using var source = await CacheServer.StartAsync();
        await source.SendAsync(["SET", "cache:1", "1"]);
        var plain = await source.BackupAsync();
        await source.SendAsync(["SADD", "_kombu.binding.celery", "x"], ["RPUSH", "celery", "task"]);
        var queue = await source.BackupAsync();
        await using var target = await CacheServer.StartAsync();
        Assert.Equal(CacheBackupErrors.QueueProtected, (await Assert.ThrowsAsync<OperationException>(() => target.RestoreAsync(queue.Path!))).Definition);
        Assert.Equal(1, (await target.RestoreAsync(queue.Path!, new CacheRestoreOptions { Patterns = ["cache:*"] })).Restored);
        Assert.Equal(CacheBackupErrors.QueueProtected, (await Assert.ThrowsAsync<OperationException>(() => source.RestoreAsync(plain.Path!, Replace))).Definition);
        Assert.Equal(3, await source.SizeAsync());
        var all = await target.RestoreAsync(queue.Path!, Merge with { IncludeQueue = true });
        Assert.Equal((3L, true), (all.Restored, all.Verified));
        Assert.Equal("1", await target.TextAsync("LLEN", "celery"));
    }

    [Fact]
    public async Task Expired_keys_are_not_brought_back()
    {
        await using var server = await CacheServer.StartAsync();
        await server.SendAsync(["SET", "short", "1", "PX", "1500"], ["SET", "long", "1", "PX", "3600000"]);
        var backup = await server.BackupAsync();
        await server.SendAsync(["FLUSHALL"]);
        // By the server's clock, whatever this machine's speed.
        while ((await server.SendAsync(["TIME"])).Items![0].Text is var now && long.Parse(now, System.Globalization.CultureInfo.InvariantCulture) * 1000 <= backup.StartTime.ToUnixTimeMilliseconds() + 3000)
        {
            await Task.Delay(50);
        }

        var result = await server.RestoreAsync(backup.Path!);
        Assert.Equal((1L, 1L, true), (result.Restored, result.Expired, result.Verified));
        Assert.Equal(1, await server.SizeAsync());
    }

    [Fact]
    public async Task A_backup_of_a_newer_server_is_refused_before_anything_changes()
    {
        await using var server = await CacheServer.StartAsync();
        await server.SendAsync(["SET", "a", "1"]);
        var file = CacheServer.FileOf(await server.BackupAsync());
        var bytes = await File.ReadAllBytesAsync(file);
        Encoding.ASCII.GetBytes("0079").CopyTo(bytes, 5);
        var newer = Path.Combine(server.Folder, "newer.rdb");
        await File.WriteAllBytesAsync(newer, CacheServer.Resum(bytes));
        await server.SendAsync(["SET", "a", "2"]);
        var error = await Assert.ThrowsAsync<OperationException>(() => server.RestoreAsync(newer, Replace));
        Assert.Equal(CacheBackupErrors.TooNew, error.Definition);
        Assert.Equal("2", await server.TextAsync("GET", "a"));
    }

    [Fact]
    public async Task A_damaged_backup_is_refused_before_anything_changes()
    {
        await using var server = await CacheServer.StartAsync();
        await server.SendAsync(["SET", "a", "1"]);
        var backup = await server.BackupAsync();
        await server.SendAsync(["SET", "a", "2"]);
        foreach (var name in new[] { backup.Name + ".rdb", "manifest.json", "SHA256SUMS" })
        {
            var file = Path.Combine(backup.Path!, name);
            var good = await File.ReadAllBytesAsync(file);
            var bad = good.ToArray();
            bad[bad.Length / 2] ^= 1;
            await File.WriteAllBytesAsync(file, bad);
            var error = await Assert.ThrowsAsync<OperationException>(() => server.RestoreAsync(backup.Path!, Replace));
            Assert.Equal(BackupErrors.Damaged, error.Definition);
            await File.WriteAllBytesAsync(file, good);
        }

        Assert.Equal("2", await server.TextAsync("GET", "a"));
        Assert.True((await server.RestoreAsync(backup.Path!, Replace)).Verified);
        Assert.Equal("1", await server.TextAsync("GET", "a"));
    }

    [Fact]
    public async Task A_backup_that_is_not_there_is_told()
    {
        await using var server = await CacheServer.StartAsync();
        foreach (var name in new[] { "redis-20200101T000000Z", "/nowhere/dump.rdb", "s3://bucket/none/", server.Folder })
        {
            Assert.Equal(BackupErrors.NotFound, (await Assert.ThrowsAsync<OperationException>(() => server.RestoreAsync(name))).Definition);
        }
    }

    [Fact]
    public async Task A_server_without_room_stops_it_and_the_safety_copy_is_named()
    {
        await using var source = await CacheServer.StartAsync();
        await source.SendAsync(["DEBUG", "POPULATE", "5000", "key", "4000"]);
        var backup = await source.BackupAsync();
        await using var target = await CacheServer.StartAsync(("maxmemory-policy", "noeviction"));
        await target.SendAsync(["SET", "mine", "1"], ["CONFIG", "SET", "maxmemory", "8mb"]);
        var error = await Assert.ThrowsAsync<OperationException>(() => target.RestoreAsync(backup.Path!, Replace));
        Assert.Equal(CacheBackupErrors.RestoreIncomplete, error.Definition);
        Assert.Contains("OOM", error.Message, StringComparison.Ordinal);
        Assert.Contains(target.Folder, error.Message, StringComparison.Ordinal);
        await target.SendAsync(["FLUSHALL"]);
        var copy = Directory.GetDirectories(Path.Combine(target.Folder, "redis", "cache")).Single();
        Assert.Equal(1, (await target.RestoreAsync(copy)).Restored);
        Assert.Equal("1", await target.TextAsync("GET", "mine"));
    }

    [Fact]
    public async Task Keys_that_were_evicted_meanwhile_are_missed()
    {
        await using var source = await CacheServer.StartAsync();
        await source.SendAsync(["DEBUG", "POPULATE", "5000", "key", "4000"]);
        var backup = await source.BackupAsync();
        await using var target = await CacheServer.StartAsync(("maxmemory-policy", "allkeys-lru"), ("maxmemory", "8mb"));
        var result = await target.RestoreAsync(backup.Path!);
        Assert.False(result.Verified);
        Assert.Contains("evicted", result.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replica_and_missing_rights_are_refused_before_anything_changes()
    {
        await using var server = await CacheServer.StartAsync();
        await server.SendAsync(["SET", "a", "1"]);
        var backup = await server.BackupAsync();
        await server.SendAsync(["ACL", "SETUSER", "default", "-restore"]);
        Assert.Equal(CacheErrors.PermissionDenied, (await Assert.ThrowsAsync<OperationException>(() => server.RestoreAsync(backup.Path!, Replace))).Definition);
        await server.SendAsync(["ACL", "SETUSER", "default", "+restore"], ["REPLICAOF", "127.0.0.1", "1"]);
        Assert.Equal(CacheErrors.ReadOnly, (await Assert.ThrowsAsync<OperationException>(() => server.RestoreAsync(backup.Path!, Replace))).Definition);
        Assert.Equal("1", await server.TextAsync("GET", "a"));
    }

    [Fact]
    public async Task Many_keys_go_through_in_batches()
    {
        await using var source = await CacheServer.StartAsync();
        await source.SendAsync(["DEBUG", "POPULATE", "60000", "key", "50"]);
        var backup = await source.BackupAsync();
        await using var target = await CacheServer.StartAsync();
        Assert.Equal(60000, (await target.RestoreAsync(backup.Path!)).Restored);
        Assert.Equal(await source.DigestAsync(), await target.DigestAsync());
    }
}
