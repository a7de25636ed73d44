using System.Diagnostics;
using CivicQ.Ops.Core.Cache.Backups;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Tests.Certificates;

namespace CivicQ.Ops.Core.Tests.Cache.Backups;

/// <summary>Backups of real servers.</summary>
public sealed class CacheBackupTests
{
    [Theory]
    [InlineData("yes")]
    [InlineData("no")]
    public async Task All_keys_of_all_types_come_and_are_counted(string diskless)
    {
        await using var server = await CacheServer.StartAsync(("repl-diskless-sync", diskless));
        await server.FillAsync();
        var backup = await server.BackupAsync();
        Assert.Equal((CacheBackupMethod.Replication, CacheBackupLocation.Store, true), (backup.Method, backup.Location, backup.Verified));
        Assert.Equal([(0, await server.SizeAsync()), (3, await server.SizeAsync(3))], backup.Databases.Select(one => (one.Database, one.Keys)));
        Assert.Equal(2, backup.Databases[0].ExpiringKeys);
        Assert.Equal(server.Redis.Version, backup.RedisVersion);
        var file = CacheServer.FileOf(backup);
        Assert.Equal(new FileInfo(file).Length, backup.SizeBytes);
        Assert.Equal(backup.Sha256, (await RdbFile.VerifyAsync(file, CancellationToken.None)).Sha256);
        Assert.Equal(0, await CheckAsync(file));
        Assert.Equal(4, server.Files.Count);
    }

    [Fact]
    public async Task An_empty_server_gives_an_empty_backup()
    {
        await using var server = await CacheServer.StartAsync();
        var backup = await server.BackupAsync();
        Assert.Equal(0, backup.Keys);
        Assert.True(backup.Verified);
    }

    [Fact]
    public async Task Two_within_a_second_have_names_of_their_own()
    {
        await using var server = await CacheServer.StartAsync();
        var first = await server.BackupAsync();
        var second = await server.BackupAsync();
        Assert.NotEqual(first.Name, second.Name);
    }

    [Fact]
    public async Task One_byte_that_differs_is_noticed_wherever_it_is()
    {
        await using var server = await CacheServer.StartAsync();
        await server.SendAsync(["SET", "a", new string('x', 100)], ["RPUSH", "b", "1", "2"], ["SET", "c", "1", "PX", "3600000"]);
        var good = await File.ReadAllBytesAsync(CacheServer.FileOf(await server.BackupAsync()));
        Assert.NotNull(RdbFile.Verify(new MemoryStream(good), "good", CancellationToken.None));
        for (var at = 0; at < good.Length; at++)
        {
            var bad = good.ToArray();
            bad[at] ^= 0x10;
            Assert.Throws<OperationException>(() => RdbFile.Verify(new MemoryStream(bad), "bad", CancellationToken.None));
            Assert.Throws<OperationException>(() => RdbFile.Verify(new MemoryStream(good[..at]), "short", CancellationToken.None));
        }

        Assert.Throws<OperationException>(() => RdbFile.Verify(new MemoryStream([.. good, 0]), "long", CancellationToken.None));
    }

    [Fact]
    public async Task Without_Redis_own_checksum_the_manifest_has_one()
    {
        await using var server = await CacheServer.StartAsync(("rdbchecksum", "no"));
        await server.SendAsync(["SET", "a", new string('x', 100)]);
        var backup = await server.BackupAsync();
        var file = CacheServer.FileOf(backup);
        Assert.False((await RdbFile.VerifyAsync(file, CancellationToken.None)).HasChecksum);
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[Array.LastIndexOf(bytes, (byte)'x')] = (byte)'y';
        await File.WriteAllBytesAsync(file, bytes);
        var error = await Assert.ThrowsAsync<OperationException>(() => server.RestoreAsync(backup.Path!, new CacheRestoreOptions { Mode = CacheRestoreMode.Replace }));
        Assert.Equal(BackupErrors.Damaged, error.Definition);
        Assert.Equal(new string('x', 100), await server.TextAsync("GET", "a"));
    }

    [Fact]
    public async Task Where_replication_is_not_allowed_the_server_saves_and_its_file_is_fetched()
    {
        await using var server = await CacheServer.StartAsync();
        await server.FillAsync();
        await server.SendAsync(["ACL", "SETUSER", "default", "-sync", "-psync", "-replconf"]);
        var backup = await server.BackupAsync();
        Assert.Equal((CacheBackupMethod.Snapshot, CacheBackupLocation.Store, true), (backup.Method, backup.Location, backup.Verified));
        Assert.Equal(await server.SizeAsync(), backup.Databases[0].Keys);
        var error = await Assert.ThrowsAsync<OperationException>(() => server.BackupAsync(CacheBackupMethod.Replication));
        Assert.Equal(CacheBackupErrors.ReplicationRefused, error.Definition);
    }

    [Fact]
    public async Task A_file_that_cannot_be_fetched_stays_where_it_is()
    {
        await using var server = await CacheServer.StartAsync();
        await server.SendAsync(["SET", "a", "1"], ["ACL", "SETUSER", "default", "-sync", "-psync", "-config"]);
        var backup = await server.BackupAsync();
        Assert.Equal((CacheBackupLocation.Server, false, null), (backup.Location, backup.Verified, backup.Path));
        Assert.True(File.Exists(Path.Combine(server.Redis.Folder, "dump.rdb")));
        Assert.Empty(server.Files);
    }

    [Fact]
    public async Task A_server_that_allows_nothing_says_what_to_allow()
    {
        await using var server = await CacheServer.StartAsync();
        await server.SendAsync(["ACL", "SETUSER", "default", "-sync", "-psync", "-bgsave"]);
        var error = await Assert.ThrowsAsync<OperationException>(() => server.BackupAsync());
        Assert.Equal(CacheBackupErrors.SnapshotRefused, error.Definition);
        Assert.Empty(server.Files);
    }

    [Fact]
    public async Task A_save_that_fails_is_no_backup()
    {
        await using var server = await CacheServer.StartAsync();
        await server.SendAsync(["SET", "a", "1"]);
        // The temporary file that the child writes cannot be renamed over a folder.
        Directory.CreateDirectory(Path.Combine(server.Redis.Folder, "dump.rdb"));
        var error = await Assert.ThrowsAsync<OperationException>(() => server.BackupAsync(CacheBackupMethod.Snapshot));
        Assert.Equal(CacheBackupErrors.SnapshotFailed, error.Definition);
        Assert.Empty(server.Files);
    }

    [Fact]
    public async Task A_server_that_is_killed_in_the_middle_leaves_nothing()
    {
        await using var server = await CacheServer.StartAsync(("rdb-key-save-delay", "2000"));
        await server.SendAsync(["DEBUG", "POPULATE", "20000", "key", "1000"]);
        var running = server.BackupAsync();
        await UntilAsync(() => server.Files.Any(file => new FileInfo(file).Length > 10_000));
        await server.Redis.StopAsync();
        var error = await Assert.ThrowsAsync<OperationException>(() => running);
        Assert.Equal(CacheErrors.Unreachable, error.Definition);
        Assert.Contains("of the snapshot", error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Files);
    }

    [Fact]
    public async Task Stopped_in_the_middle_it_leaves_nothing()
    {
        await using var server = await CacheServer.StartAsync(("rdb-key-save-delay", "2000"));
        await server.SendAsync(["DEBUG", "POPULATE", "20000", "key", "1000"]);
        using var stop = new CancellationTokenSource();
        var running = server.BackupAsync(cancellationToken: stop.Token);
        await UntilAsync(() => server.Files.Any(file => new FileInfo(file).Length > 10_000));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Empty(server.Files);
        // And the next one is kept off by nothing.
        await server.SendAsync(["FLUSHALL"]);
        Assert.True((await server.BackupAsync()).Verified);
    }

    [Fact]
    public async Task Two_environments_in_one_folder_exclude_each_other_and_the_second_is_refused()
    {
        await using var server = await CacheServer.StartAsync(("rdb-key-save-delay", "2000"));
        await server.SendAsync(["DEBUG", "POPULATE", "20000", "key", "1000"]);
        await using var second = await CacheServer.StartAsync();
        await second.SendAsync(["SET", "a", "1"]);
        var other = second.Context with { Environment = second.Context.Environment with { Backups = server.Context.Environment.Backups } };
        using var stop = new CancellationTokenSource();
        var running = server.BackupAsync(cancellationToken: stop.Token);
        await UntilAsync(() => server.Files.Any(file => new FileInfo(file).Length > 10_000));
        var error = await Assert.ThrowsAsync<OperationException>(() => new CacheBackup(other, new CacheBackupOptions()).RunAsync(CancellationToken.None));
        Assert.Equal(BackupErrors.Busy, error.Definition);
        Assert.Contains(Path.Combine(server.Folder, "redis", "cache"), error.Message, StringComparison.Ordinal);
        // The one that runs still has its file, and its lock.
        Assert.False(running.IsCompleted);
        Assert.Equal(2, server.Files.Count);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Empty(server.Files);

        await server.SendAsync(["FLUSHALL"], ["SET", "own", "1"]);
        var own = await server.BackupAsync();
        var before = server.Files.Order().ToList();
        error = await Assert.ThrowsAsync<OperationException>(() => new CacheBackup(other, new CacheBackupOptions()).RunAsync(CancellationToken.None));
        Assert.Equal(BackupErrors.PlaceShared, error.Definition);
        Assert.Contains(own.Name, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, server.Files.Order());
    }

    [Fact]
    public async Task A_connection_cut_at_any_place_and_bytes_that_differ_leave_nothing()
    {
        await using var server = await CacheServer.StartAsync();
        await server.SendAsync(["SET", "a", new string('x', 50)]);
        var good = await File.ReadAllBytesAsync(CacheServer.FileOf(await server.BackupAsync()));
        var before = server.Files;
        // No letter twice: a mark of one letter would be found a byte early where the data ends with it.
        var mark = "0123456789abcdefghijklmnopqrstuvwxyzABCD"u8.ToArray();
        byte[] whole = [.. "\n\n$EOF:"u8, .. mark, .. "\r\n"u8, .. good, .. mark];
        foreach (var at in Enumerable.Range(0, 12).Select(part => part * (whole.Length - 1) / 11))
        {
            var error = await FakeAsync(server, whole[..at]);
            Assert.Equal(CacheErrors.Unreachable, error.Definition);
        }

        var flipped = whole.ToArray();
        flipped[100] ^= 1;
        Assert.Equal(BackupErrors.Damaged, (await FakeAsync(server, flipped)).Definition);
        Assert.Equal(CacheErrors.CommandFailed, (await FakeAsync(server, "*0\r\n"u8.ToArray())).Definition);
        Assert.Equal(CacheErrors.Loading, (await FakeAsync(server, "-LOADING Redis is loading\r\n"u8.ToArray())).Definition);
        Assert.Equal(before.Order(), server.Files.Order());
    }

    [Fact]
    public async Task A_wrong_password_and_an_absent_server_are_told()
    {
        await using var server = await CacheServer.StartAsync();
        var wrong = server.ContextOf(server.Context.Environment.Cache!, "wrong");
        var error = await Assert.ThrowsAsync<OperationException>(() => new CacheBackup(wrong, new CacheBackupOptions()).RunAsync(CancellationToken.None));
        Assert.Equal(CacheErrors.AuthenticationFailed, error.Definition);
        var absent = server.ContextOf(server.Context.Environment.Cache! with { Port = LoopbackServer.ClosedPort() });
        error = await Assert.ThrowsAsync<OperationException>(() => new CacheBackup(absent, new CacheBackupOptions()).RunAsync(CancellationToken.None));
        Assert.Equal(CacheErrors.Unreachable, error.Definition);
        Assert.Empty(server.Files);
    }

    [Fact]
    public async Task It_works_over_TLS()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Issue("localhost");
        var (chain, key) = (authority.FileOf("server.pem"), authority.FileOf("server.key"));
        await File.WriteAllTextAsync(chain, certificate.ExportCertificatePem() + "\n" + authority.Intermediate.ExportCertificatePem());
        using (var secret = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(certificate)!)
        {
            await File.WriteAllTextAsync(key, secret.ExportPkcs8PrivateKeyPem());
        }

        var port = LabPort.Free();
        await using var server = await CacheServer.StartAsync(
            ("tls-port", port.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("tls-cert-file", chain), ("tls-key-file", key), ("tls-auth-clients", "no"));
        await server.FillAsync();
        var context = server.ContextOf(server.Context.Environment.Cache! with { Host = "localhost", Port = port, Tls = true }, authority: authority.RootFile);
        var backup = await new CacheBackup(context, new CacheBackupOptions()).RunAsync(CancellationToken.None);
        Assert.Equal(await server.SizeAsync() + await server.SizeAsync(3), backup.Keys);

        // The server's own save, and the way back, over TLS as well.
        Assert.Equal(backup.Keys, (await new CacheBackup(context, new CacheBackupOptions { Method = CacheBackupMethod.Snapshot }).RunAsync(CancellationToken.None)).Keys);
        var digest = await server.DigestAsync();
        await server.SendAsync(["FLUSHALL"]);
        await using var finder = new CacheBackupFinder(context);
        var source = await finder.FindAsync(backup.Name, CancellationToken.None);
        var plan = await new CacheRestorePlanner(context).PlanAsync(source, new CacheRestoreOptions(), CancellationToken.None);
        await new CacheRestorer(context, source, plan).RunAsync(new CacheBackupOptions(), CancellationToken.None);
        Assert.Equal(digest, await server.DigestAsync());
    }

    private static async Task<OperationException> FakeAsync(CacheServer server, byte[] answer)
    {
        await using var fake = new LoopbackServer(async (stream, token) =>
        {
            await CacheServer.GreetUntilSyncAsync(stream, token);
            await stream.WriteAsync(answer, token);
        });
        var context = server.ContextOf(server.Context.Environment.Cache! with { Host = "127.0.0.1", Port = fake.Port });
        return await Assert.ThrowsAsync<OperationException>(
            () => new CacheBackup(context, new CacheBackupOptions { Method = CacheBackupMethod.Replication }).RunAsync(CancellationToken.None));
    }

    private static async Task UntilAsync(Func<bool> there)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!there())
        {
            await Task.Delay(10, limit.Token);
        }
    }

    // Redis' own judge.
    private static async Task<int> CheckAsync(string file)
    {
        using var judge = Process.Start(new ProcessStartInfo("redis-check-rdb", [file]) { RedirectStandardOutput = true })!;
        await judge.StandardOutput.ReadToEndAsync();
        await judge.WaitForExitAsync();
        return judge.ExitCode;
    }
}
