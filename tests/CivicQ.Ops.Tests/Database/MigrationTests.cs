using System.Diagnostics;
using System.Text.Json.Nodes;
using CivicQ.Host.Engine;
using CivicQ.Ops.Tests.Servers;
using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Database;

/// <summary>Migrations of the lab's database by the real Alembic. Each test leaves it where it was: at a3f81c0d92e4.</summary>
public sealed class MigrationTests(LabFixture lab) : CmdletTests(lab), IAsyncLifetime
{
    private const string Seeded = "a3f81c0d92e4";
    private static readonly string Project = Path.Combine(Suite.Folder, "state", "lab", "alembic");

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        // Whatever a test did, the next one begins at the same place.
        var current = All(Succeed("Get-CivicQMigration -Environment lab -Current"), "Revision");
        if (current is not [Seeded])
        {
            Succeed($"{(current is ["c7d90e5f1a38"] or ["d18b3c6e4f72"] ? "Undo" : "Update")}-CivicQMigration {Seeded} -Environment lab -Confirm:$false -SkipBackup");
        }

        return Task.CompletedTask;
    }

    private string Current() => Assert.Single(All(Succeed("Get-CivicQMigration -Environment lab -Current"), "Revision"));

    // An environment like the lab's with another folder, program or port.
    private static JsonObject Environment(string? folder = null, string program = "alembic", int? port = null)
    {
        var database = LabParts.Database(port);
        database["migrations"] = new JsonObject { ["folder"] = folder ?? Project, ["program"] = program };
        return LabParts.Only("database", database);
    }

    [Fact]
    public void The_lab_is_behind_its_scripts()
    {
        var all = Succeed("Get-CivicQMigration -Environment lab");
        Assert.Equal(["1b6e0f4a7c21", "5d2c9b81e3f0", "8e47a1d6b925", Seeded, "c7d90e5f1a38", "d18b3c6e4f72"], All(all, "Revision"));
        Assert.Equal(["Applied", "Applied", "Applied", "Applied", "Pending", "Pending"], All(all, "State"));
        Assert.Equal(("preferred language of users", "2024-02-20"), (all[4].Text("Message"), ((DateTimeOffset)all[4].Get("CreatedAt")!).ToString("yyyy-MM-dd", null)));
        Assert.Equal([Seeded], Items(all[4], "DownRevision"));
        Assert.Equal(["c7d90e5f1a38", "d18b3c6e4f72"], All(Succeed("Get-CivicQMigration -State Pending -Environment lab"), "Revision"));
        Assert.Equal([Seeded], All(Succeed("Get-CivicQMigration a3* -Environment lab"), "Revision"));
        Assert.Equal(["MigrationRevisionNotFound"], Ids(Invoke("Get-CivicQMigration nonesuch -Environment lab")));
    }

    [Fact]
    public void Up_and_down_again()
    {
        var up = Invoke("Update-CivicQMigration -Environment lab -Verbose -Confirm:$false");
        Assert.Empty(up.Errors);
        var result = Assert.Single(up.Output)!;
        Assert.Equal(("lab", "civicq", "Upgrade", "Migrated"), (result.Text("Environment"), result.Text("Database"), result.Text("Direction"), result.Text("Outcome")));
        Assert.Equal(["c7d90e5f1a38", "d18b3c6e4f72"], Items(result, "Revisions"));
        Assert.Empty(up.Warnings);
        var backup = up.Output.Select(item => item!.Text("Backup")).Single(name => name.Length > 0);
        Assert.True((bool)Assert.Single(Succeed($"Test-CivicQBackup {backup} -Environment lab")).Get("Passed")!);
        Assert.Contains(up.Verbose, line => line.Contains("Running upgrade a3f81c0d92e4 -> c7d90e5f1a38", StringComparison.Ordinal));
        Assert.NotEmpty(up.Progress);
        Assert.Equal("d18b3c6e4f72", Current());
        Assert.Equal("en", Assert.Single(Succeed("Invoke-CivicQQuery 'SELECT preferred_language FROM users LIMIT 1' -Environment lab")).Text("preferred_language"));
        Assert.Equal("AlreadyThere", Assert.Single(Succeed("Update-CivicQMigration -Environment lab -Confirm:$false")).Text("Outcome"));

        var down = Invoke("Undo-CivicQMigration -Steps 2 -SkipBackup -Environment lab -Confirm:$false");
        Assert.Empty(down.Errors);
        Assert.Empty(down.Warnings);
        Assert.Equal(["d18b3c6e4f72", "c7d90e5f1a38"], Items(Assert.Single(down.Output)!, "Revisions"));
        Assert.Equal(Seeded, Current());
    }

    [Fact]
    public void What_is_pending_pipes_into_the_update()
    {
        var results = Succeed("Get-CivicQMigration -State Pending -Environment lab | Update-CivicQMigration -SkipBackup -Confirm:$false");
        Assert.Equal(["c7d90e5f1a38", "d18b3c6e4f72"], results.SelectMany(one => Items(one, "To")));
        Assert.Equal(Seeded, Items(Assert.Single(Succeed("Get-CivicQMigration a3f81* -Environment lab | Undo-CivicQMigration -SkipBackup -Confirm:$false")), "To").Single());
    }

    [Fact]
    public void WhatIf_shows_the_SQL_and_changes_nothing()
    {
        var up = Invoke("Update-CivicQMigration -Environment lab -WhatIf");
        Assert.Empty(up.Errors);
        Assert.Contains("Upgrade from a3f81c0d92e4 to d18b3c6e4f72 (2 revisions: c7d90e5f1a38, d18b3c6e4f72)", Assert.Single(up.WhatIf), StringComparison.Ordinal);
        var plan = Assert.Single(up.Output)!;
        Assert.Equal("Planned", plan.Text("Outcome"));
        Assert.Contains("ALTER TABLE users ADD COLUMN preferred_language", plan.Text("Sql"), StringComparison.Ordinal);
        Assert.Empty(up.Warnings);
        Assert.Contains("DROP INDEX ix_audit_logs_action", Assert.Single(Succeed("Undo-CivicQMigration -Environment lab -WhatIf")).Text("Sql"), StringComparison.Ordinal);
        Assert.Equal(Seeded, Current());
    }

    [Theory]
    [InlineData("Update-CivicQMigration c7d9", "users")]
    [InlineData("Undo-CivicQMigration", "audit_logs")]
    public void A_lock_is_waited_for_only_so_long(string line, string table)
    {
        using var holder = new Maintenance.PsqlSession();
        holder.Run($"BEGIN; LOCK TABLE {table}");
        var result = Invoke($"{line} -LockTimeoutSeconds 0.3 -SkipBackup -Environment lab -Confirm:$false");
        Assert.Equal(["MigrationFailed"], Ids(result));
        Assert.Contains("lock timeout", result.Errors[0].ToString(), StringComparison.Ordinal);
        holder.Run("ROLLBACK");
        Assert.Equal(Seeded, Current());
    }

    [Fact]
    public void A_no_is_no_request_for_a_plan()
    {
        var sink = new TestSink { Answer = _ => ConfirmationAnswer.No };
        var result = Session.Invoke("Undo-CivicQMigration -Environment lab", sink: sink);
        Assert.Empty(result.Output);
        Assert.Empty(result.Errors);
        Assert.Equal(Seeded, Current());
    }

    [Fact]
    public void Bad_input_is_refused_before_anything_runs()
    {
        using var file = new EnvironmentsFile(("nowhere", Environment(Path.GetTempPath())), ("absent", Environment(program: "no-such-alembic")), ("dead", Environment(port: LoopbackServer.ClosedPort())), ("bare", LabParts.Only("database", LabParts.Database())));
        string Id(string line) => Assert.Single(Ids(Invoke(line + " -Confirm:$false -WarningAction SilentlyContinue")));
        Assert.Equal("MigrationRevisionNotFound", Id("Update-CivicQMigration nonesuch -Environment lab"));
        Assert.Equal("MigrationRevisionNotFound", Id("Update-CivicQMigration '--sql' -Environment lab"));
        Assert.Equal("MigrationWrongDirection", Id("Update-CivicQMigration 5d2c -Environment lab"));
        Assert.Equal("MigrationWrongDirection", Id("Undo-CivicQMigration d18b -Environment lab"));
        Assert.Equal("MigrationNothingToUndo", Id("Undo-CivicQMigration -Steps 99 -Environment lab"));
        Assert.Equal("MigrationProjectNotFound", Id("Update-CivicQMigration -Environment nowhere"));
        Assert.Equal("MigrationProgramNotInstalled", Id("Update-CivicQMigration -Environment absent"));
        Assert.Equal("DatabaseUnreachable", Id("Update-CivicQMigration -Environment dead"));
        Assert.Equal("ComponentNotConfigured", Id("Update-CivicQMigration -Environment bare"));
        Assert.Equal("ParameterArgumentValidationError", Id("Undo-CivicQMigration -Steps 0 -Environment lab"));
        Assert.Equal("AmbiguousParameterSet", Id("Undo-CivicQMigration -Steps 1 -Revision base -Environment lab"));
        Assert.Equal(Seeded, Current());
        Assert.Equal([Seeded], All(Succeed("Get-CivicQMigration -Environment bare"), "Revision"));
        Assert.Equal(["DatabaseUnreachable"], Ids(Invoke("Get-CivicQMigration -Environment dead")));
    }

    [Fact]
    public async Task Ctrl_C_kills_Alembic_and_no_secret_is_told()
    {
        using var work = new Workspace();
        var folder = Path.Combine(work.Folder, "alembic");
        Directory.CreateDirectory(Path.Combine(folder, "versions"));
        foreach (var path in Directory.EnumerateFiles(Project, "*", SearchOption.AllDirectories))
        {
            File.Copy(path, Path.Combine(folder, Path.GetRelativePath(Project, path)));
        }

        var pids = Path.Combine(folder, "pid");
        File.WriteAllText(Path.Combine(folder, "versions", "slow.py"), $"""
            revision = "eeee99990000"
            down_revision = "d18b3c6e4f72"

            def upgrade():
                import os
                from alembic import op
                print(os.environ["DATABASE_URL"], flush=True)
                with open("{pids}.new", "w") as file:
                    file.write(str(os.getpid()))
                os.rename("{pids}.new", "{pids}")
                op.execute("SELECT pg_sleep(3600)")
            """.ReplaceLineEndings("\n"));
        work.Configure(("slow", Environment(folder).ToJsonString()));
        using var stop = new CancellationTokenSource();
        var running = work.Session.InvokeAsync("Update-CivicQMigration -Environment slow -Verbose -Debug -Confirm:$false", cancellationToken: stop.Token);
        var limit = DateTime.UtcNow.AddMinutes(2);
        while (!File.Exists(pids))
        {
            Assert.False(running.IsCompleted);
            Assert.True(DateTime.UtcNow < limit);
            await Task.Delay(50);
        }

        var pid = int.Parse(File.ReadAllText(pids), null);
        var arguments = File.ReadAllText($"/proc/{pid}/cmdline");
        Assert.Contains("upgrade\0eeee99990000", arguments, StringComparison.Ordinal);
        await stop.CancelAsync();
        var result = await running.WaitAsync(TimeSpan.FromMinutes(2));
        Assert.True(result.Stopped);
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(pid));
        Assert.Equal("d18b3c6e4f72", Current());
        Assert.Equal("0", Assert.Single(Succeed("Invoke-CivicQQuery \"SELECT count(*) AS left FROM pg_stat_activity WHERE application_name LIKE 'CivicQ.Ops migration%'\" -Environment lab")).Text("left"));
        Assert.Equal("Update-CivicQMigration Stopped", Assert.Single(work.Entries()) is var entry ? $"{entry.Text("Cmdlet")} {entry.Text("Outcome")}" : "");
        var told = result.Everything() + Everything(result) + string.Join('\n', work.JournalLines) + arguments;
        Assert.All(LabParts.Secrets, secret => Assert.DoesNotContain(secret, told, StringComparison.Ordinal));
    }
}
