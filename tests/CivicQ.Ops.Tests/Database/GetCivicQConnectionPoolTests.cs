using System.Text.Json.Nodes;
using CivicQ.Ops.Tests.Servers;
using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Database;

/// <summary>The lab's PgBouncer.</summary>
public sealed class GetCivicQConnectionPoolTests(LabFixture lab) : CmdletTests(lab)
{
    private static JsonObject Pooler(int? port = null, string? password = null) => new()
    {
        ["host"] = "127.0.0.1", ["port"] = port ?? LabParts.Port("PgBouncer"), ["user"] = "civicq", ["password"] = password ?? "file:" + LabParts.SecretFile("database"), ["sslMode"] = "disable",
    };

    private static JsonObject Environment(JsonObject pooler, int? databasePort = null)
    {
        var database = LabParts.Database(databasePort);
        database["pooler"] = pooler;
        return LabParts.Only("database", database);
    }

    [Fact]
    public void The_application_s_pool_is_shown()
    {
        // A client that comes through PgBouncer makes the pool.
        using var file = new EnvironmentsFile(("through", Environment(Pooler(), LabParts.Port("PgBouncer"))));
        Succeed("Invoke-CivicQQuery 'SELECT 1 AS one' -Environment through");
        var pool = Assert.Single(Succeed("Get-CivicQConnectionPool civicq -User c* -SampleSeconds 0.2 -Environment lab"));
        Assert.Equal(("lab", "civicq", "civicq", "transaction"), (pool.Text("Environment"), pool.Text("Database"), pool.Text("User"), pool.Text("PoolMode")));
        Assert.Equal("Healthy", pool.Text("Status"));
        Assert.InRange((double)pool.Get("UsedRatio")!, 0, 1);
        Assert.NotEmpty(pool.Text("QueriesPerSecond"));
        Assert.Equal("", Assert.Single(Succeed("Get-CivicQConnectionPool civicq -SampleSeconds 0 -Environment lab")).Text("QueriesPerSecond"));
        Assert.Equal(["PoolNotFound"], Ids(Invoke("Get-CivicQConnectionPool nonesuch -SampleSeconds 0 -Environment lab")));
        Assert.Equal(["PoolNotFound"], Ids(Invoke("Get-CivicQConnectionPool -User nonesuch -SampleSeconds 0 -Environment lab")));
        Assert.Equal(["Connection", "Pool", "QueryTime", "TransactionAge", "Pooler", "PoolerWait"], All(Succeed("Get-CivicQHealth Database -Environment lab"), "Check"));
        Assert.Single(Succeed("Get-CivicQEnvironment lab | Get-CivicQConnectionPool civicq -SampleSeconds 0"));
    }

    [Fact]
    public void What_cannot_be_asked_is_an_error_without_the_secret()
    {
        var planted = Path.Combine(Suite.Folder, "planted-pooler");
        File.WriteAllText(planted, "PLANTED-0815");
        using var file = new EnvironmentsFile(
            ("wrong", Environment(Pooler(password: "file:" + planted))), ("dead", Environment(Pooler(LoopbackServer.ClosedPort()))), ("bare", LabParts.Only("database", LabParts.Database())));
        var result = Invoke("Get-CivicQConnectionPool -SampleSeconds 0 -Environment wrong, dead, bare -Verbose -Debug");
        Assert.Equal(["ComponentNotConfigured", "PoolerAuthenticationFailed", "PoolerUnreachable"], Ids(result).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("PLANTED-0815", Everything(result) + result.Everything(), StringComparison.Ordinal);
        Assert.Equal(["ParameterArgumentValidationError"], Ids(Invoke("Get-CivicQConnectionPool -SampleSeconds -1 -Environment lab")));
    }

    [Fact]
    public async Task Ctrl_C_ends_it()
    {
        await using var silent = LoopbackServer.Silent();
        using var file = new EnvironmentsFile(("silent", Environment(Pooler(silent.Port))));
        await StopAsync("Get-CivicQConnectionPool -Environment silent", silent);
    }
}
