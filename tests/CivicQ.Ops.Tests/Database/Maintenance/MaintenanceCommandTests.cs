using CivicQ.Host.Engine;
using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Database.Maintenance;

/// <summary>The cmdlets that maintain tables and indexes, through the host.</summary>
public sealed class MaintenanceCommandTests() : ActTests(
    $"CREATE TABLE users (id int PRIMARY KEY, name text); INSERT INTO users SELECT i, 'n' || i FROM generate_series(1, 2000) i; CREATE INDEX users_name ON users (name);"
    + $"CREATE TABLE {Quoted(Hostile)} ({Quoted(Hostile)} int PRIMARY KEY)")
{
    [Fact]
    public void Tables_are_vacuumed_and_the_run_journalled()
    {
        Sql.Run("DELETE FROM users WHERE id > 1000");
        var result = Work.Run($"Invoke-CivicQVacuum {Where} -Analyze -Parallel 4");
        Assert.Equal([$"{Hostile} Done", "users Done"], Outcomes(result));
        Assert.All(result.Output, one => Assert.Equal("lab", one!.Text("Environment")));
        Assert.Equal("1000", Sql.Run("SELECT reltuples FROM pg_class WHERE relname = 'users'"));
        var entry = Assert.Single(Work.Entries());
        Assert.Equal("Succeeded", entry.Text("Outcome"));
        NothingIsLeft();
    }

    [Theory]
    [InlineData("Invoke-CivicQVacuum", "VACUUM")]
    [InlineData("Invoke-CivicQVacuum -Analyze -Freeze", "VACUUM (FREEZE, ANALYZE)")]
    [InlineData("Invoke-CivicQVacuum -Full -Force -AvailableBytes 9999999999", "VACUUM (FULL)")]
    [InlineData("Update-CivicQStatistics", "ANALYZE")]
    [InlineData("Invoke-CivicQReindex", "REINDEX (CONCURRENTLY)")]
    [InlineData("Invoke-CivicQReindex -Offline", "REINDEX")]
    public void WhatIf_names_what_would_be_done_and_does_nothing(string line, string action)
    {
        var result = Work.Run($"{line} {Where} -WhatIf");
        var text = Assert.Single(result.WhatIf);
        Assert.Contains(action, text, StringComparison.Ordinal);
        Assert.Contains($"of database '{Name}' of environment 'lab'", text, StringComparison.Ordinal);
        Assert.Empty(result.Output);
        Assert.Empty(Work.JournalLines);
        Assert.Equal("0", Sql.Run("SELECT count(*) FROM pg_statistic WHERE starelid = 'users'::regclass"));
        Assert.Equal("t", Sql.Run("SELECT bool_and(oid = relfilenode) FROM pg_class WHERE relname LIKE 'users%'"));
        NothingIsLeft();
    }

    [Fact]
    public void What_is_piped_in_is_meant_by_its_exact_name()
    {
        foreach (var line in new[] { "Invoke-CivicQVacuum", "Invoke-CivicQVacuum -Full -Force", "Update-CivicQStatistics", "Invoke-CivicQReindex" })
        {
            var result = Work.Session.Invoke(line, [Table("public", Hostile)]);
            Assert.Empty(result.Errors);
            Assert.Single(result.Output);
            Assert.Equal((Hostile, "Done"), (result.Output[0]!.Text("Table"), result.Output[0]!.Text("Outcome")));
        }

        Work.Session.Invoke("Invoke-CivicQVacuum", [Table("public", "us*")]).Failed("DatabaseTableNotFound");
        Assert.Equal("2000", Sql.Run("SELECT count(*) FROM users"));
        NothingIsLeft();
    }

    [Fact]
    public void Tables_are_chosen_by_name_and_a_wrong_one_leaves_the_others_alone()
    {
        Assert.Equal(["users Done"], Outcomes(Work.Run($"Invoke-CivicQVacuum us* {Where}")));
        Assert.Equal(["users Done"], Outcomes(Work.Run($"Update-CivicQStatistics -Table users -Schema public {Where}")));
        var result = Work.Invoke($"Invoke-CivicQVacuum users, userz {Where}");
        result.Failed("DatabaseTableNotFound");
        Assert.Contains("Did you mean 'users'?", result.Errors[0].ToString(), StringComparison.Ordinal);
        Assert.Equal(["users Done"], Outcomes(result));
        Assert.Empty(Work.Run($"Invoke-CivicQVacuum nothing* {Where}").Output);
        Assert.Contains(Work.Run($"Invoke-CivicQVacuum nothing* {Where} -Verbose").Verbose, line => line.Contains("nothing to do", StringComparison.Ordinal));
        Assert.Equal(["users_name Done"], Outcomes(Work.Run($"Invoke-CivicQReindex -Index users_name {Where}")));
        Assert.Empty(Work.Run($"Update-CivicQStatistics {Where} -StaleOnly -Table users").Output);
    }

    [Fact]
    public void Full_keeps_to_its_limits()
    {
        Work.Invoke($"Invoke-CivicQVacuum {Where} -Full").Failed("MaintenanceOutsideWindow");
        Work.Invoke($"Invoke-CivicQVacuum {Where} -Full -Force -AvailableBytes 1").Failed("MaintenanceDiskRoomMissing");
        Assert.Equal([$"{Hostile} Done", "users Done"], Outcomes(Work.Run($"Invoke-CivicQVacuum {Where} -Full -Force")));
        Assert.Single(Work.Entries());
    }

    [Fact]
    public void A_locked_table_is_skipped_and_a_warning_given()
    {
        using var holder = new PsqlSession(Name, "the holder");
        holder.Run("BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE");
        var result = Work.Run($"Invoke-CivicQVacuum {Where} -LockTimeoutSeconds 0.1");
        Assert.Equal([$"{Hostile} Done", "users Skipped"], Outcomes(result));
        Assert.Contains("the holder", result.Output.Single(one => one!.Text("Table") == "users")!.Text("Reason"), StringComparison.Ordinal);
        Assert.Single(result.Warnings);
        NothingIsLeft();
    }

    [Fact]
    public async Task Ctrl_C_leaves_nothing_behind()
    {
        using var holder = new PsqlSession(Name);
        holder.Run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1");
        using var stop = new CancellationTokenSource();
        var running = Work.Session.InvokeAsync($"Invoke-CivicQReindex -Index users_name {Where} -LockTimeoutSeconds 100", cancellationToken: stop.Token);
        Sql.Until("SELECT EXISTS (SELECT FROM pg_index WHERE NOT indisvalid) AND EXISTS (SELECT FROM pg_stat_progress_create_index WHERE datname = current_database() AND phase = 'waiting for old snapshots')");
        await stop.CancelAsync();
        var result = await running.WaitAsync(TimeSpan.FromMinutes(2));
        Assert.True(result.Stopped);
        Assert.Equal(ExitCodes.Stopped, result.ExitCode);
        NothingIsLeft();
        Assert.Equal("Stopped", Assert.Single(Work.Entries()).Text("Outcome"));
    }

    [Fact]
    public void An_index_is_made_once()
    {
        var made = Work.Run($"New-CivicQDatabaseIndex users name, id {Where} -Name 'my index' -IncludeColumn id");
        Assert.Equal(["my index Done"], Outcomes(made));
        var again = Work.Invoke($"New-CivicQDatabaseIndex users name, id {Where}");
        again.Failed("DatabaseIndexDuplicate");
        Assert.Contains("'my index'", again.Errors[0].ToString(), StringComparison.Ordinal);
        Work.Invoke($"New-CivicQDatabaseIndex users nam {Where}").Failed("DatabaseColumnNotFound");
        var shown = Work.Run($"New-CivicQDatabaseIndex users id {Where} -Method hash -WhatIf");
        Assert.Contains("CREATE INDEX CONCURRENTLY \"users_id_idx\" ON \"public\".\"users\" USING \"hash\" (\"id\")", Assert.Single(shown.WhatIf), StringComparison.Ordinal);
        var hostile = Work.Session.Invoke($"New-CivicQDatabaseIndex -Column '{Hostile}' -Method brin -Name '{Hostile} i'", [Table("public", Hostile)]);
        Assert.Empty(hostile.Errors);
        Assert.Equal([$"{Hostile} i Done"], Outcomes(hostile));
        NothingIsLeft();
    }

    [Theory]
    [InlineData("Invoke-CivicQVacuum -Parallel 0")]
    [InlineData("Invoke-CivicQVacuum -LockTimeoutSeconds 0")]
    [InlineData("New-CivicQDatabaseIndex users")]
    [InlineData("New-CivicQDatabaseIndex users id -Method rtree")]
    [InlineData("Stop-CivicQDatabaseSession -Mode Kill 1")]
    public void A_wrong_command_line_runs_nothing(string line)
    {
        Assert.Equal(ExitCodes.Usage, Work.Invoke(line).ExitCode);
        Assert.Empty(Work.JournalLines);
    }

    [Fact]
    public void A_server_that_is_away_is_an_error_of_its_own()
    {
        Work.Configure(("away", """{"database": {"host": "127.0.0.1", "port": 1, "name": "x", "user": "y"}}"""));
        foreach (var line in new[]
        {
            "Invoke-CivicQVacuum", "Update-CivicQStatistics", "Invoke-CivicQReindex", "New-CivicQDatabaseIndex a b", "Stop-CivicQDatabaseSession 1", "Suspend-CivicQDatabaseWrite",
            "Resume-CivicQDatabaseWrite",
        })
        {
            Work.Invoke($"{line} -Environment away").Failed("DatabaseUnreachable");
        }

        Assert.Empty(Work.JournalLines);
    }
}
