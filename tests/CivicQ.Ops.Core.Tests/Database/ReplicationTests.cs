using System.Globalization;
using CivicQ.Ops.Core.Database.Replication;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Processes;
using CivicQ.Ops.Core.Tests.Web;
using Npgsql;

namespace CivicQ.Ops.Core.Tests.Database;

public class ReplicationTests
{
    [Fact]
    public async Task A_primary_and_its_replica_tell_how_far_it_is_behind()
    {
        await using var primary = await LabPostgres.StartAsync(new LabPostgresOptions { Database = "civicq" });
        Assert.Empty(await ReadAsync(primary, primary.Port));
        var programs = LabPrograms.PostgresFolder()!;
        var account = UnprivilegedAccount.Find(LabErrors.ServerStartFailed);
        var folder = LabFiles.MakeFolder(LabPostgres.NewFolder());
        account?.Own(folder);
        var data = Path.Combine(folder, "data");
        var variables = new Dictionary<string, string> { ["PGPASSWORD"] = primary.Password, ["LC_ALL"] = "C" };
        var port = LabPort.Free();
        try
        {
            await ExecuteAsync(primary, "SELECT pg_create_physical_replication_slot('left_behind'), pg_create_physical_replication_slot('used', true)");
            await LabCommand.RunAsync(
                ClientProgram(programs, "pg_basebackup"),
                ["-h", primary.Host, "-p", primary.Port.ToString(CultureInfo.InvariantCulture), "-U", primary.User, "-D", data, "-R", "-S", "used", "-X", "stream", "-c", "fast"],
                folder, variables, account, CancellationToken.None);
            await File.AppendAllTextAsync(Path.Combine(data, "postgresql.conf"), $"\nport = '{port}'\ncluster_name = 'my replica'\n");
            await LabCommand.RunAsync(
                Path.Combine(programs, "pg_ctl"), ["start", "-s", "-w", "-D", data, "-l", Path.Combine(folder, "postgresql.log")], folder, variables, account, CancellationToken.None);

            await UntilAsync(primary, port, list => list.Exists(one => one is { Kind: ReplicationKind.Receiver, State: "streaming" }));
            await UntilAsync(primary, primary.Port, list => list.Exists(one => one is { Kind: ReplicationKind.Replica, State: "streaming", LagBytes: 0 }));
            var all = await ReadAsync(primary, primary.Port);
            var replica = all.Single(one => one.Kind == ReplicationKind.Replica);
            Assert.Equal(("my replica", "async", "used", "127.0.0.1"), (replica.Name, replica.Mode, replica.SlotName, replica.ClientAddress));
            Assert.Equal(TimeSpan.Zero, replica.Delay);
            Assert.NotNull(replica.BackendStart);
            var slots = all.Where(one => one.Kind == ReplicationKind.Slot).ToDictionary(one => one.Name);
            Assert.Equal(("active", "inactive"), (slots["used"].State, slots["left_behind"].State));
            Assert.Equal("physical", slots["used"].Mode);
            Assert.NotNull(slots["used"].RetainedBytes);

            // A replica that never replayed a transaction cannot tell how late it is.
            await ExecuteAsync(primary, "CREATE TABLE first ()");
            var limit = DateTime.UtcNow.AddMinutes(2);
            while (!await TrueAsync(primary, "SELECT pg_last_xact_replay_timestamp() IS NOT NULL", port))
            {
                Assert.True(DateTime.UtcNow < limit);
                await Task.Delay(50);
            }

            await ExecuteAsync(primary, "SELECT pg_wal_replay_pause()", port);
            await UntilAsync(primary, port, list => list.Exists(one => one.IsPaused));
            await ExecuteAsync(primary, "CREATE TABLE lag AS SELECT g, repeat('x', 100) FROM generate_series(1, 20000) g");
            await UntilAsync(primary, primary.Port, list => list.Exists(one => one is { Kind: ReplicationKind.Replica, LagBytes: > 1_000_000 }));
            await UntilAsync(primary, port, list => list.Exists(one => one is { Kind: ReplicationKind.Receiver, LagBytes: > 1_000_000, Delay: not null }));

            await ExecuteAsync(primary, "SELECT pg_wal_replay_resume()", port);
            await UntilAsync(primary, port, list => list.Exists(one => one is { Kind: ReplicationKind.Receiver, LagBytes: 0 } && one.Delay == TimeSpan.Zero));
        }
        finally
        {
            await LabPostgres.StopAsync(folder, LabPostgres.RunningIn(folder));
        }

        Assert.False(Directory.Exists(folder));
    }

    // Where the server's programs are links, the client's may not be beside them.
    private static string ClientProgram(string folder, string name)
    {
        var real = Path.GetDirectoryName(File.ResolveLinkTarget(Path.Combine(folder, "initdb"), returnFinalTarget: true)?.FullName);
        string?[] places = [folder, real, .. Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)];
        return places.OfType<string>().Select(place => Path.Combine(place, name)).First(File.Exists);
    }

    private static Task<List<DatabaseReplication>> ReadAsync(LabPostgres primary, int port) => DatabaseFixture.ListAsync(ReplicationReader.ReadAsync(
        new EnvironmentContext(
            new CivicQEnvironment
            {
                Name = "test",
                Database = new DatabaseSettings { Host = primary.Host, Port = port, Name = "civicq", User = primary.User, SslMode = "disable", Password = new SecretReference(SecretScheme.Variable, "P") },
                TimeoutSeconds = 120,
            },
            new FixedSecrets(primary.Password), NullReporter.Instance),
        CancellationToken.None));

    private static async Task UntilAsync(LabPostgres primary, int port, Predicate<List<DatabaseReplication>> holds)
    {
        var limit = DateTime.UtcNow.AddMinutes(2);
        var last = await ReadAsync(primary, port);
        while (!holds(last))
        {
            Assert.True(DateTime.UtcNow < limit, string.Join('\n', last));
            await Task.Delay(100);
            last = await ReadAsync(primary, port);
        }
    }

    private static async Task<bool> TrueAsync(LabPostgres primary, string sql, int port)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(primary.ConnectionString) { Port = port }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    private static async Task ExecuteAsync(LabPostgres primary, string sql, int? port = null)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(primary.ConnectionString) { Port = port ?? primary.Port }.ConnectionString);
        await connection.OpenAsync();
        await DatabaseFixture.ExecuteAsync(connection, sql);
    }
}
