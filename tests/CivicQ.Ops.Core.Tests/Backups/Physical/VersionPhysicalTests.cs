using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Backups.Logical;
using CivicQ.Ops.Core.Backups.Physical;
using CivicQ.Ops.Core.Backups.Recovery;
using CivicQ.Ops.Core.Backups.Restore;
using CivicQ.Ops.Core.Backups.Verification;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Tests.Database;
using CivicQ.Ops.Core.Tests.Web;
using Npgsql;

namespace CivicQ.Ops.Core.Tests.Backups.Physical;

/// <summary>Backups and recoveries of the other major versions of PostgreSQL, with the newest client programs.</summary>
public sealed class VersionPhysicalTests
{
    public static TheoryData<string> Majors => [.. PostgresPrograms.Versions];

    [SkippableTheory]
    [MemberData(nameof(Majors))]
    public async Task A_dropped_table_comes_back(string major)
    {
        using var folder = new TemporaryFolder();
        var programs = Programs(folder.File("programs"), PostgresPrograms.Folder(major), PostgresPrograms.Clients());
        await using var server = await LabPostgres.StartAsync(new LabPostgresOptions
        {
            ProgramFolder = PostgresPrograms.Folder(major), Database = "civicq", ArchiveWal = true, Settings = new Dictionary<string, string> { ["autovacuum"] = "off" },
        });
        var context = Context(server, folder.File("backups"), programs);
        await ScalarAsync(server, "CREATE TABLE users (id bigserial PRIMARY KEY, email text UNIQUE); INSERT INTO users (email) SELECT 'user' || i FROM generate_series(1, 500) i");

        var physical = await PhysicalBackup.RunAsync(context, new PhysicalOptions(), CancellationToken.None);
        Assert.True(physical.Verified);
        Assert.StartsWith(major + ".", physical.Manifest.ServerVersion, StringComparison.Ordinal);
        var logical = await LogicalBackup.RunAsync(context, new LogicalOptions(), CancellationToken.None);
        Assert.Equal(500, logical.Rows);
        Assert.All(await DatabaseFixture.ListAsync(BackupExaminer.TestAsync(context, new BackupQuery(), error => throw error, CancellationToken.None)), test => Assert.True(test.Passed, test.Reason));
        foreach (var made in new[] { physical, logical })
        {
            // What Test-CivicQBackup -Deep does.
            var restored = await RecoveryTest.RunAsync(context, new RecoveryTestOptions { Name = made.Name, Database = "civicq" }, CancellationToken.None);
            Assert.True(restored.Verified, $"{made.Kind}: {restored.Reason}");
            Assert.Equal(500, restored.Rows);
        }

        await ScalarAsync(server, "INSERT INTO users (email) SELECT 'late' || i FROM generate_series(1, 77) i");
        var moment = new DateTimeOffset(((DateTime)(await ScalarAsync(server, "SELECT clock_timestamp()"))!).ToUniversalTime(), TimeSpan.Zero).AddMilliseconds(5);
        await Task.Delay(20);
        await ScalarAsync(server, "DROP TABLE users");
        await using (var recovery = await PointInTimeRecovery.PrepareAsync(context, new RecoveryOptions { PointInTime = moment, Replace = true }, CancellationToken.None))
        {
            Assert.True((await recovery.ExecuteAsync(CancellationToken.None)) is { Verified: true, PreviousDatabase: not null });
        }

        Assert.Equal(577L, await ScalarAsync(server, "SELECT count(*) FROM users"));

        // With several jobs too; and what cannot be restored is said, also where pg_restore goes on after errors.
        await using (var restore = await LogicalRestore.PrepareAsync(context, new RestoreOptions { TargetDatabase = "several", Jobs = 2, Name = logical.Name }, CancellationToken.None))
        {
            Assert.Equal(500, (await restore.ExecuteAsync(CancellationToken.None)).Rows);
        }

        await ScalarAsync(server, "CREATE ROLE owner_of_one; CREATE TABLE owned (n int); ALTER TABLE owned OWNER TO owner_of_one");
        var owned = await LogicalBackup.RunAsync(context, new LogicalOptions(), CancellationToken.None);
        await ScalarAsync(server, "DROP TABLE owned; DROP ROLE owner_of_one");
        await using (var restore = await LogicalRestore.PrepareAsync(context, new RestoreOptions { TargetDatabase = "broken", Name = owned.Name }, CancellationToken.None))
        {
            var error = await Assert.ThrowsAsync<OperationException>(() => restore.ExecuteAsync(CancellationToken.None));
            Assert.Equal(BackupErrors.RestoreFailed, error.Definition);
            Assert.Contains("owner_of_one", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("transaction_timeout", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0L, await ScalarAsync(server, "SELECT count(*) FROM pg_database WHERE datname = 'broken' OR datname LIKE 'civicq_restore%'"));
    }

    // The servers come without clients: links to both in one folder.
    private static string Programs(string folder, string servers, string clients)
    {
        Directory.CreateDirectory(folder);
        foreach (var path in new[] { "postgres", "initdb", "pg_ctl" }.Select(name => Path.Combine(servers, name)).Concat(new[] { "pg_dump", "pg_restore", "pg_basebackup" }.Select(name => Path.Combine(clients, name))))
        {
            File.CreateSymbolicLink(Path.Combine(folder, Path.GetFileName(path)), path);
        }

        return folder;
    }

    private static EnvironmentContext Context(LabPostgres server, string backups, string programs) => new(
        new CivicQEnvironment
        {
            Name = "test", TimeoutSeconds = 60, LocalHost = false,
            Database = new DatabaseSettings { Host = server.Host, Port = server.Port, Name = "civicq", User = server.User, SslMode = "disable", Password = new SecretReference(SecretScheme.Variable, "P") },
            Backups = new BackupSettings { Folder = backups, WalArchive = server.ArchiveFolder, Programs = programs },
        },
        new FixedSecrets(server.Password), NullReporter.Instance);

    private static async Task<object?> ScalarAsync(LabPostgres server, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server.ConnectionString) { CommandTimeout = 120, Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
