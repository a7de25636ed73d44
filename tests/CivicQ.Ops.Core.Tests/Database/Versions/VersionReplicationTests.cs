using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Database.Replication;
using CivicQ.Ops.Core.Database.Termination;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Processes;
using CivicQ.Ops.Core.Tests.Database.Maintenance;
using CivicQ.Ops.Core.Tests.Web;
using Npgsql;

namespace CivicQ.Ops.Core.Tests.Database.Versions;

/// <summary>A primary of each version with a replica of it: what is told, and what is refused.</summary>
[Collection(PostgresCollection.Name)]
public sealed class VersionReplicationTests(VersionsFixture versions)
{
    public static TheoryData<string> Majors => [.. PostgresPrograms.Versions];

    [SkippableTheory]
    [MemberData(nameof(Majors))]
    public async Task A_replica_is_shown_its_sender_is_left_alone_and_it_takes_no_change(string major)
    {
        var primary = await versions.ServerAsync(major);
        var folder = LabFiles.MakeFolder(LabPostgres.NewFolder());
        try
        {
            var port = await ReplicaAsync(primary, folder, PostgresPrograms.Folder(major));
            await UntilAsync(primary, port, list => list.Exists(one => one is { Kind: ReplicationKind.Receiver, State: "streaming", LagBytes: 0 }));
            await UntilAsync(primary, primary.Port, list => list.Exists(one => one is { Kind: ReplicationKind.Replica, State: "streaming", LagBytes: 0, Name: "the replica" }));
            Assert.Contains(await ReadAsync(primary, primary.Port), one => one is { Kind: ReplicationKind.Slot, Name: "unused", State: "inactive" });
            foreach (var server in new[] { primary.Port, port })
            {
                var context = Context(primary, server);
                Assert.All(await new DatabaseHealthProbe().CheckAsync(context, ThresholdSet.For(context.Environment), default), result => Assert.Null(result.ErrorId));
            }

            // The session that feeds the replica is never stopped: not by a condition that fits everything, and not by its number.
            var sender = (await ReadAsync(primary, primary.Port)).Single(one => one.Kind == ReplicationKind.Replica).ProcessId!.Value;
            await using (var stopper = await SessionStopper.OpenAsync(Context(primary, primary.Port), default))
            {
                var everything = new SessionCondition { RunningLongerThan = TimeSpan.Zero, IdleLongerThan = TimeSpan.Zero, IdleInTransactionLongerThan = TimeSpan.Zero };
                Assert.DoesNotContain(await stopper.FindAsync(everything, null, default), session => session.ProcessId == sender);
                var named = Assert.Single(await stopper.FindAsync(new SessionCondition(), new Dictionary<int, DateTimeOffset?> { [sender] = null }, default));
                Assert.Equal("It sends the log to a replica or a backup.", named.Refusal);
                List<SessionStopResult> results = [];
                await stopper.StopAsync(
                    [named], new SessionCondition(), new SessionStopOptions(),
                    (result, _) =>
                    {
                        results.Add(result);
                        return default;
                    },
                    default);
                Assert.Equal([SessionStopOutcome.Refused], results.Select(result => result.Outcome));
            }

            Assert.Contains(await ReadAsync(primary, primary.Port), one => one.ProcessId == sender);

            var error = await Assert.ThrowsAsync<OperationException>(() => WriteGuard.OpenAsync(Context(primary, port), null, default));
            Assert.Equal(MaintenanceErrors.ReadOnlyServer, error.Definition);
        }
        finally
        {
            await LabPostgres.StopAsync(folder, LabPostgres.RunningIn(folder));
            await ExecuteAsync(primary, "SELECT pg_drop_replication_slot('unused')");
        }
    }

    // The npm packages have no pg_basebackup: the folder is copied between the server's own begin and end of a backup.
    private static async Task<int> ReplicaAsync(LabPostgres primary, string folder, string programs)
    {
        var account = UnprivilegedAccount.Find(LabErrors.ServerStartFailed);
        account?.Own(folder);
        var data = Path.Combine(folder, "data");
        var variables = new Dictionary<string, string> { ["LC_ALL"] = "C" };
        await ExecuteAsync(primary, "SELECT pg_create_physical_replication_slot('unused')");
        await using (var connection = new NpgsqlConnection(primary.ConnectionString))
        {
            await connection.OpenAsync();
            var since15 = connection.PostgreSqlVersion.Major >= 15;
            await DatabaseFixture.ExecuteAsync(connection, since15 ? "SELECT pg_backup_start('copy', true)" : "SELECT pg_start_backup('copy', true, false)");
            await LabCommand.RunAsync("/bin/cp", ["-a", primary.DataFolder, data], folder, variables, account, CancellationToken.None);
            await using var stop = new NpgsqlCommand(since15 ? "SELECT labelfile FROM pg_backup_stop(false)" : "SELECT labelfile FROM pg_stop_backup(false, false)", connection);
            LabFiles.Write(Path.Combine(data, "backup_label"), (string)(await stop.ExecuteScalarAsync())!);
            account?.Own(Path.Combine(data, "backup_label"));
        }

        File.Delete(Path.Combine(data, "postmaster.pid"));
        LabFiles.Write(Path.Combine(data, "standby.signal"), "");
        account?.Own(Path.Combine(data, "standby.signal"));
        foreach (var slot in Directory.GetDirectories(Path.Combine(data, "pg_replslot")))
        {
            Directory.Delete(slot, recursive: true);
        }

        var port = LabPort.Free();
        await File.AppendAllTextAsync(
            Path.Combine(data, "postgresql.conf"),
            $"\nport = '{port}'\nprimary_conninfo = 'host=127.0.0.1 port={primary.Port} user={primary.User} password={primary.Password} sslmode=disable application_name=''the replica'''\n");
        await LabCommand.RunAsync(
            Path.Combine(programs, "pg_ctl"), ["start", "-s", "-w", "-t", "120", "-D", data, "-l", Path.Combine(folder, "postgresql.log")], folder, variables, account, CancellationToken.None);
        return port;
    }

    private static EnvironmentContext Context(LabPostgres primary, int port) => new(
        new CivicQEnvironment
        {
            Name = "test",
            Database = new DatabaseSettings { Host = primary.Host, Port = port, Name = "postgres", User = primary.User, SslMode = "disable", Password = new SecretReference(SecretScheme.Variable, "P") },
            TimeoutSeconds = 120,
        },
        new FixedSecrets(primary.Password), NullReporter.Instance);

    private static Task<List<DatabaseReplication>> ReadAsync(LabPostgres primary, int port) => DatabaseFixture.ListAsync(ReplicationReader.ReadAsync(Context(primary, port), default));

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

    private static async Task ExecuteAsync(LabPostgres primary, string sql)
    {
        await using var connection = new NpgsqlConnection(primary.ConnectionString);
        await connection.OpenAsync();
        await DatabaseFixture.ExecuteAsync(connection, sql);
    }
}
