using CivicQ.Ops.Core.Database.Termination;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Tests.Database.Maintenance;
using Npgsql;

namespace CivicQ.Ops.Core.Tests.Database.Termination;

[Collection(PostgresCollection.Name)]
public sealed class WriteGuardTests : IDisposable
{
    private readonly PostgresFixture postgres;
    private readonly TemporaryFolder state = new();
    private readonly string? before = Environment.GetEnvironmentVariable("CIVICQ_STATE");

    public WriteGuardTests(PostgresFixture postgres)
    {
        this.postgres = postgres;
        Environment.SetEnvironmentVariable("CIVICQ_STATE", state.Path);
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("CIVICQ_STATE", before);
        state.Dispose();
    }

    private static async Task<DatabaseWriteState> SuspendAsync(TestDatabase database, bool keep = false)
    {
        await using var guard = await WriteGuard.OpenAsync(database.Context(), null, default);
        return await guard.SuspendAsync(keep, default);
    }

    private static async Task<DatabaseWriteState> ResumeAsync(TestDatabase database, bool force = false)
    {
        await using var guard = await WriteGuard.OpenAsync(database.Context(), null, default);
        return await guard.ResumeAsync(false, force, default);
    }

    private static Task<string> SettingAsync(TestDatabase database) => database.ValueAsync<string>(
        "SELECT coalesce((SELECT string_agg(entry, ',') FROM pg_db_role_setting, unnest(setconfig) AS entry WHERE setrole = 0 AND setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())), '')");

    [Theory]
    [InlineData("")]
    [InlineData("default_transaction_read_only=off")]
    public async Task Writes_are_stopped_and_go_on_as_before(string setting)
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, "CREATE TABLE t (id int)");
        if (setting.Length > 0)
        {
            await database.RunAsync($"ALTER DATABASE {database.Name} SET {setting}");
        }

        await using var writer = await database.OpenAsync("writer");
        await TestDatabase.RunAsync(writer, "BEGIN; INSERT INTO t VALUES (1)");
        var suspended = await SuspendAsync(database);
        Assert.Equal((true, true, true), (suspended.IsSuspended, suspended.IsChanged, suspended.IsVerified));
        Assert.True(suspended.SessionsEnded >= 1);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => TestDatabase.RunAsync(writer, "COMMIT"));
        Assert.Equal("25006", (await Assert.ThrowsAsync<PostgresException>(() => database.RunAsync("INSERT INTO t VALUES (2)"))).SqlState);

        var again = await SuspendAsync(database);
        Assert.Equal((true, false, true), (again.IsSuspended, again.IsChanged, again.IsVerified));

        await using var reader = await database.OpenAsync("began read-only");
        await TestDatabase.RunAsync(reader, "SELECT 1");
        var resumed = await ResumeAsync(database);
        Assert.Equal((false, true, true), (resumed.IsSuspended, resumed.IsChanged, resumed.IsVerified));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => TestDatabase.RunAsync(reader, "SELECT 1"));
        await database.RunAsync("INSERT INTO t VALUES (3)");
        Assert.Equal(setting, await SettingAsync(database));
        Assert.Equal((false, false), await ResumeAsync(database) is var last ? (last.IsSuspended, last.IsChanged) : default);
        Assert.Equal(1, await database.ValueAsync<long>("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task Sessions_may_be_kept()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, "CREATE TABLE t (id int)");
        await using var writer = await database.OpenAsync("writer");
        await TestDatabase.RunAsync(writer, "SELECT 1");
        Assert.True((await SuspendAsync(database, keep: true)).SessionsLeft >= 1);
        await TestDatabase.RunAsync(writer, "INSERT INTO t VALUES (1)");
        await ResumeAsync(database);
        // It was there before, so it never was read-only.
        await TestDatabase.RunAsync(writer, "INSERT INTO t VALUES (2)");
    }

    [Fact]
    public async Task A_database_that_others_made_read_only_is_not_touched_without_force()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, "CREATE TABLE t (id int)");
        await database.RunAsync($"ALTER DATABASE {database.Name} SET default_transaction_read_only = on");
        Assert.False((await SuspendAsync(database, keep: true)).IsChanged);
        Assert.Equal(MaintenanceErrors.WriteGuardUnknown, (await Assert.ThrowsAsync<OperationException>(() => ResumeAsync(database))).Definition);
        Assert.True((await ResumeAsync(database, force: true)).IsChanged);
        Assert.Equal("", await SettingAsync(database));
    }

    [Fact]
    public async Task A_role_whose_own_setting_wins_is_found_out()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, "CREATE TABLE t (id int)");
        await database.RunAsync($"ALTER ROLE postgres IN DATABASE {database.Name} SET default_transaction_read_only = off");
        var error = await Assert.ThrowsAsync<OperationException>(() => SuspendAsync(database));
        Assert.Equal(MaintenanceErrors.WriteGuardNotEffective, error.Definition);
        Assert.Contains("postgres", error.Message, StringComparison.Ordinal);
        await ResumeAsync(database);
        Assert.Equal("", await SettingAsync(database));
    }
}
