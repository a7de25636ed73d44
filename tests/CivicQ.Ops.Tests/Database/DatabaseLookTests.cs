using CivicQ.Host.Engine;
using CivicQ.Ops.Tests.Servers;

namespace CivicQ.Ops.Tests.Database;

public class DatabaseLookTests(LabFixture lab) : CmdletTests(lab)
{
    private const string Evil = "\"; DROP TABLE users; --";

    private object One(string line) => Assert.Single(Succeed(line));

    private void Until(string condition)
    {
        var limit = DateTime.UtcNow.AddMinutes(2);
        while (!(bool)One($"Invoke-CivicQQuery \"{condition}\" -Environment lab").Get("yes")!)
        {
            Assert.True(DateTime.UtcNow < limit, condition);
            Thread.Sleep(50);
        }
    }

    // A session of its own that runs statements until it is stopped; its changes are rolled back.
    private sealed class Worker : IAsyncDisposable
    {
        private readonly HostSession session = Suite.Open();
        private readonly CancellationTokenSource stop = new();
        private readonly Task<InvocationResult> running;

        public Worker(string sql) => running = session.InvokeAsync($"Invoke-CivicQQuery \"{sql}\" -AllowWrite -Confirm:$false -Environment lab", cancellationToken: stop.Token);

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await running.WaitAsync(TimeSpan.FromMinutes(2));
            session.Dispose();
            stop.Dispose();
        }
    }

    [Fact]
    public async Task A_chain_of_locks_is_shown_from_root_to_end()
    {
        await using var root = new Worker("BEGIN; UPDATE users SET city = city WHERE id = 1; SELECT pg_sleep(601)");
        Until("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(601)%' AND pid <> pg_backend_pid()) AS yes");
        await using var middle = new Worker("BEGIN; UPDATE users SET city = city WHERE id = 2; UPDATE users SET city = city WHERE id = 1");
        Until("SELECT count(*) = 1 AS yes FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
        await using var last = new Worker("UPDATE users SET city = city WHERE id = 2");
        Until("SELECT count(*) = 2 AS yes FROM pg_stat_activity WHERE wait_event_type = 'Lock'");

        var tree = Succeed("Get-CivicQDatabaseLock -Environment lab");
        Assert.Equal(["0", "1", "2"], All(tree, "Depth"));
        Assert.Equal(["2", "1", "0"], All(tree, "Blocks"));
        var process = tree[0].Text("ProcessId");
        Assert.All(tree, one => Assert.Equal($"Stop-CivicQDatabaseSession -ProcessId {process} -Environment lab", one.Text("Remedy")));
        Assert.Equal([process], All(Succeed("Get-CivicQDatabaseLock -Environment lab | Where-Object IsRoot"), "ProcessId"));
        Assert.Equal(tree[0].Get("BackendStart"), One("Get-CivicQDatabaseLock -Environment lab | Where-Object IsRoot | Get-CivicQDatabaseSession").Get("BackendStart"));
        Assert.Equal(All(tree, "ProcessId").Skip(1).Order(StringComparer.Ordinal), All(Succeed("Get-CivicQDatabaseSession -Blocked -Environment lab"), "ProcessId").Order(StringComparer.Ordinal));
        Assert.Equal([process], All(Succeed("Get-CivicQDatabaseSession Active -Application CivicQ* -User civicq -Database c* -OlderThan 00:00:00 -Environment lab | Where-Object Query -like *601*"), "ProcessId"));
    }

    [Fact]
    public void Sessions_statistics_and_statements_of_the_lab()
    {
        Assert.Contains("checkpointer", All(Succeed("Get-CivicQDatabaseSession -IncludeBackground -Environment lab"), "BackendType"));
        Assert.Empty(Succeed($"Get-CivicQDatabaseSession -User '{Evil}' -Environment lab"));
        var statistic = One("Get-CivicQDatabaseStatistic civicq -SampleSeconds 0.1 -Environment lab");
        Assert.NotEmpty(statistic.Text("CommitRate"));
        Assert.InRange((double)statistic.Get("PoolUse")!, 0, 1);
        Assert.All(Succeed("Get-CivicQDatabaseStatistic -Index -IncludeHealthy -Table users -Environment lab"), index => Assert.Equal("users", index.Text("Table")));
        Assert.Equal(3, Succeed("Get-CivicQSlowQuery -Top 3 -OrderBy Calls -Environment lab").Count);
        Assert.Equal(["StatementStatisticsNotInstalled"], Ids(With("postgres", "Get-CivicQSlowQuery -Environment other")));
    }

    [Fact]
    public void A_role_without_privilege_is_warned()
    {
        Succeed("Invoke-CivicQQuery \"CREATE ROLE looker LOGIN PASSWORD 'PLANTED-4711'\" -AllowWrite -Confirm:$false -Environment lab");
        try
        {
            var text = Path.Combine(Suite.Folder, "looker");
            File.WriteAllText(text, "PLANTED-4711");
            var database = LabParts.Database(password: "file:" + text);
            database["user"] = "looker";
            using var file = new EnvironmentsFile(("other", LabParts.Only("database", database)));
            foreach (var line in new[] { "Get-CivicQDatabaseSession -Environment other", "Get-CivicQSlowQuery -Environment other -Database *", "Get-CivicQTableBloat -Environment other -Method Estimate", "Get-CivicQTableSize -Environment other" })
            {
                var result = Invoke(line);
                Assert.Empty(result.Errors);
                Assert.DoesNotContain("PLANTED-4711", Everything(result), StringComparison.Ordinal);
                if (!line.Contains("Table", StringComparison.Ordinal) && result.Output.Any(one => (bool)one!.Get("IsHidden")!))
                {
                    Assert.Contains("pg_read_all_stats", Assert.Single(result.Warnings), StringComparison.Ordinal);
                }
            }

            Assert.Equal(["DatabasePermissionDenied"], Ids(Invoke("Invoke-CivicQQuery 'SELECT * FROM users' -Environment other")));
        }
        finally
        {
            Succeed("Invoke-CivicQQuery 'DROP ROLE looker' -AllowWrite -Confirm:$false -Environment lab");
        }
    }

    [Fact]
    public void Tables_have_sizes_growth_and_bloat_whatever_their_names()
    {
        const string Quoted = "\"\"\"; DROP TABLE users; --\"";
        Succeed($"Invoke-CivicQQuery 'CREATE TABLE {Quoted} (id int); INSERT INTO {Quoted} SELECT generate_series(1, 1000)' -AllowWrite -Confirm:$false -Environment lab");
        try
        {
            var first = One($"Get-CivicQTableSize '{Evil}' -Environment lab");
            Assert.Equal("", first.Text("GrowthBytes"));
            Succeed($"Invoke-CivicQQuery 'INSERT INTO {Quoted} SELECT generate_series(1, 10000)' -AllowWrite -Confirm:$false -Environment lab");
            var second = One($"Get-CivicQTableSize '{Evil}' -Environment lab");
            Assert.Equal((long)second.Get("TotalBytes")! - (long)first.Get("TotalBytes")!, (long)second.Get("GrowthBytes")!);
            Assert.True((long)second.Get("GrowthBytes")! > 0);
            var bloat = One($"Get-CivicQTableSize '{Evil}' -Environment lab | Get-CivicQTableBloat");
            Assert.Equal((Evil, "Estimate"), (bloat.Text("Table"), bloat.Text("Method")));
            Assert.Contains($"-Table '{Evil}'", bloat.Text("Remedy"), StringComparison.Ordinal);
            Assert.Equal(["TupleStatisticsNotInstalled"], Ids(Invoke("Get-CivicQTableBloat -Method Exact -Environment lab")));
            Assert.Empty(Succeed("Get-CivicQTableBloat -MinimumRatio 1 -Environment lab"));
            Assert.Equal("2000", One("Invoke-CivicQQuery 'SELECT count(*) AS n FROM users' -Environment lab").Text("n"));
        }
        finally
        {
            Succeed($"Invoke-CivicQQuery 'DROP TABLE {Quoted}' -AllowWrite -Confirm:$false -Environment lab");
        }
    }

    [Theory]
    [InlineData("Get-CivicQDatabaseSession")]
    [InlineData("Get-CivicQDatabaseLock")]
    [InlineData("Get-CivicQSlowQuery")]
    [InlineData("Get-CivicQDatabaseStatistic")]
    [InlineData("Get-CivicQDatabaseStatistic -Index")]
    [InlineData("Get-CivicQTableSize")]
    [InlineData("Get-CivicQTableBloat")]
    [InlineData("Get-CivicQReplication")]
    [InlineData("Invoke-CivicQQuery 'SELECT 1'")]
    public async Task A_server_that_is_absent_refuses_or_is_silent(string line)
    {
        await using var silent = LoopbackServer.Silent();
        using var file = new EnvironmentsFile(
            ("absent", LabParts.Only("database", LabParts.Database(port: 1))), ("wrong", LabParts.Only("database", LabParts.Database(password: "file:" + LabParts.SecretFile("redis")))),
            ("silent", LabParts.Only("database", LabParts.Database(port: silent.Port))), ("none", new() { ["localHost"] = false }));
        Assert.Equal(["DatabaseUnreachable"], Ids(Invoke($"{line} -Environment absent")));
        var wrong = Invoke($"{line} -Environment wrong");
        Assert.Equal(["DatabaseAuthenticationFailed"], Ids(wrong));
        Assert.All(LabParts.Secrets, secret => Assert.DoesNotContain(secret, Everything(wrong), StringComparison.Ordinal));
        Assert.Equal(["ComponentNotConfigured"], Ids(Invoke($"{line} -Environment none")));

        // The cmdlet ends at once; Npgsql's attempt to connect, which it cannot call back, ends with the environment's time-out.
        using var stop = new CancellationTokenSource();
        var running = Session.InvokeAsync($"{line} -Environment silent", cancellationToken: stop.Token);
        await silent.Reached.WaitAsync(TimeSpan.FromMinutes(1));
        await stop.CancelAsync();
        var result = await running.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.True(result.Stopped);
        Assert.Empty(result.Errors);
    }

    // The lab's server, another database.
    private InvocationResult With(string database, string line)
    {
        var settings = LabParts.Database();
        settings["name"] = database;
        using var file = new EnvironmentsFile(("other", LabParts.Only("database", settings)));
        return Invoke(line);
    }
}
