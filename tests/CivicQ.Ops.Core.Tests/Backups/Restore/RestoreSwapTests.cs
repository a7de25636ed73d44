using CivicQ.Ops.Core.Backups.Restore;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Tests.Database;
using Npgsql;

namespace CivicQ.Ops.Core.Tests.Backups.Restore;

/// <summary>The moment in which a restored database takes another's place, and what stands in its way.</summary>
[Collection(BackupCollection.Name)]
public sealed class RestoreSwapTests(BackupFixture fixture)
{
    [Fact]
    public async Task A_session_that_may_not_be_ended_is_named_before_anything_is_restored()
    {
        using var folder = new TemporaryFolder();
        var database = await fixture.MakeAsync();
        var role = "owner_" + database;
        await BackupFixture.BackupAsync(fixture.Context(database, folder.Path));
        await fixture.ExecuteAsync("postgres", $"CREATE ROLE {role} LOGIN CREATEDB PASSWORD 'weak'; ALTER DATABASE {database} OWNER TO {role}; GRANT {role} TO CURRENT_USER");
        var owner = fixture.Context(database, folder.Path, role, "weak");
        await using (var other = await fixture.OpenAsync(database))
        {
            var refused = await Assert.ThrowsAsync<OperationException>(() => BackupFixture.RestoreAsync(owner, new RestoreOptions { Replace = true, NoOwner = true }));
            Assert.Equal(BackupErrors.SessionsStay, refused.Definition);
            Assert.Contains($"{other.ProcessID} of {fixture.Server.User}", refused.Message, StringComparison.Ordinal);
        }

        // The role's own sessions end; nobody asks for those of others, nor of autovacuum.
        await using var own = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(fixture.Server.ConnectionString) { Database = database, Username = role, Password = "weak", Pooling = false }.ConnectionString);
        await LeftAsync(database);

        await own.OpenAsync();
        var result = await BackupFixture.RestoreAsync(owner, new RestoreOptions { Replace = true, NoOwner = true });
        Assert.Equal(20000, await fixture.ScalarAsync<long>(database, "SELECT count(*) FROM users"));
        Assert.StartsWith(database + "_before_", result.PreviousDatabase, StringComparison.Ordinal);
        await fixture.NothingLeftAsync();
    }

    [Fact]
    public async Task A_connection_that_broke_while_the_database_was_filled_is_opened_again()
    {
        using var folder = new TemporaryFolder();
        var database = await fixture.MakeAsync();
        var context = fixture.Context(database, folder.Path);
        await BackupFixture.BackupAsync(context);
        await using var restore = await LogicalRestore.PrepareAsync(context, new RestoreOptions { Replace = true }, CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var cutting = Task.Run(async () =>
        {
            await using var watcher = await fixture.OpenAsync("template1");
            // Once the new database is there, the restore's own connection has nothing to do until the end.
            await using var command = new NpgsqlCommand(
                """
                SELECT count(pg_terminate_backend(a.pid)) FROM pg_stat_activity a
                WHERE a.datname = 'postgres' AND a.application_name = 'CivicQ.Ops' AND a.state = 'idle'
                  AND EXISTS (SELECT FROM pg_stat_activity r WHERE r.datname LIKE 'civicq\_restore\_%')
                """, watcher);
            while ((long)(await command.ExecuteScalarAsync(stop.Token))! == 0)
            {
                await Task.Delay(1, stop.Token);
            }
        });
        var result = await restore.ExecuteAsync(CancellationToken.None);
        await stop.CancelAsync();
        await cutting;
        Assert.Equal(20000, await fixture.ScalarAsync<long>(database, "SELECT count(*) FROM users"));
        Assert.NotNull(result.PreviousDatabase);
        await fixture.NothingLeftAsync();
    }

    [Fact]
    public async Task A_swap_that_fails_leaves_all_as_it_was()
    {
        using var folder = new TemporaryFolder();
        var database = await fixture.MakeAsync();
        var context = fixture.Context(database, folder.Path);
        var made = await BackupFixture.BackupAsync(context);
        await fixture.ExecuteAsync(database, "DELETE FROM users");
        // A role that may not give others' settings to the new database fails within the transaction.
        var role = "owner_" + database;
        await fixture.ExecuteAsync("postgres", $"""
            CREATE ROLE {role} LOGIN CREATEDB PASSWORD 'weak'; ALTER DATABASE {database} OWNER TO {role}; ALTER ROLE {fixture.Server.User} IN DATABASE {database} SET work_mem = '8MB'
            """);
        await LeftAsync(database);

        var before = await fixture.DatabasesAsync();
        var error = await Assert.ThrowsAsync<OperationException>(() => BackupFixture.RestoreAsync(
            fixture.Context(database, folder.Path, role, "weak"), new RestoreOptions { Name = made.Name, Replace = true, NoOwner = true }));
        Assert.Equal(DatabaseErrors.PermissionDenied, error.Definition);
        Assert.Equal(before, await fixture.DatabasesAsync());
        Assert.Equal(0, await fixture.ScalarAsync<long>(database, "SELECT count(*) FROM users"));
        await fixture.NothingLeftAsync();
    }

    [Fact]
    public async Task A_previous_database_that_cannot_be_dropped_is_told_and_the_restore_stands()
    {
        using var folder = new TemporaryFolder();
        var database = await fixture.MakeAsync();
        var recorder = new Recorder();
        var context = fixture.Context(database, folder.Path, reporter: recorder);
        await BackupFixture.BackupAsync(context);
        await fixture.ExecuteAsync("postgres", $"ALTER DATABASE {database} IS_TEMPLATE true");
        var result = await BackupFixture.RestoreAsync(context, new RestoreOptions { Replace = true, DropPrevious = true });
        Assert.StartsWith(database + "_before_", result.PreviousDatabase, StringComparison.Ordinal);
        Assert.Contains(recorder.All, text => text.Contains($"is still there as '{result.PreviousDatabase}'", StringComparison.Ordinal));
        Assert.Equal(20000, await fixture.ScalarAsync<long>(database, "SELECT count(*) FROM users"));
        await fixture.ExecuteAsync("postgres", $"ALTER DATABASE {result.PreviousDatabase} IS_TEMPLATE false");
        await fixture.ExecuteAsync("postgres", $"DROP DATABASE {result.PreviousDatabase}");
    }

    [Fact]
    public async Task Locale_provider_and_tablespace_are_those_of_the_database_that_is_replaced()
    {
        using var folder = new TemporaryFolder();
        var name = "icu_" + Guid.NewGuid().ToString("N")[..8];
        // The server's account makes it, for it need not be the test's.
        var below = Path.Combine(Path.GetTempPath(), name);
        await fixture.ExecuteAsync("postgres", $"COPY (SELECT 1) TO PROGRAM 'mkdir -m 700 {below}'");
        await fixture.ExecuteAsync("postgres", $"CREATE TABLESPACE {name} LOCATION '{below}'");
        await fixture.ExecuteAsync("postgres", $"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'de-DE' LC_COLLATE 'C' LC_CTYPE 'C' TABLESPACE {name}");
        const string Shape = "SELECT concat_ws('|', datlocprovider, daticulocale, datcollate, datctype, spcname) FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace WHERE datname = ";
        await fixture.MakeTablesAsync(name);
        var context = fixture.Context(name, folder.Path);
        await BackupFixture.BackupAsync(context);
        var result = await BackupFixture.RestoreAsync(context, new RestoreOptions { Replace = true, DropPrevious = true });
        Assert.Null(result.PreviousDatabase);
        Assert.Equal($"i|de-DE|C|C|{name}", await fixture.ScalarAsync<string>("postgres", $"{Shape}'{name}'"));
        await fixture.ExecuteAsync("postgres", $"DROP DATABASE {name}");
        await fixture.ExecuteAsync("postgres", $"DROP TABLESPACE {name}");
        await fixture.ExecuteAsync("postgres", $"COPY (SELECT 1) TO PROGRAM 'rm -r {below}'");
    }

    // A session ends a moment after its connection.
    private async Task LeftAsync(string database)
    {
        var limit = DateTime.UtcNow.AddMinutes(1);
        while (await fixture.ScalarAsync<long>("postgres", $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}'") > 0)
        {
            Assert.True(DateTime.UtcNow < limit);
            await Task.Delay(50);
        }
    }
}
