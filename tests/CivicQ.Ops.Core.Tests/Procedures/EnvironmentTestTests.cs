using System.Net;
using System.Net.Sockets;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Procedures;

namespace CivicQ.Ops.Core.Tests.Procedures;

public sealed class EnvironmentTestTests : IDisposable
{
    private const string Planted = "MARKED-s3cret";
    private readonly TcpListener open = new(IPAddress.Loopback, 0);
    private readonly int closed;

    public EnvironmentTestTests()
    {
        open.Start();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        closed = ((IPEndPoint)other.LocalEndpoint).Port;
    }

    private int Port => ((IPEndPoint)open.LocalEndpoint).Port;

    public void Dispose() => open.Dispose();

    [Fact]
    public async Task What_is_right_passes_step_by_step()
    {
        var results = await TestAsync(new CivicQEnvironment
        {
            Name = "e",
            Api = new ApiSettings { Url = new Uri($"http://127.0.0.1:{Port}"), AdminToken = new SecretReference(SecretScheme.Vault, "V/token") },
            Cache = new RedisSettings { Url = new SecretReference(SecretScheme.Vault, "V/redis") },
        });
        Assert.All(results, result => Assert.True(result.Passed, result.Detail));
        Assert.Equal(["Secret", "Name", "Port"], results.Where(result => result.Component == "Api").Select(result => result.Check));
        Assert.Equal(["Secret", "Name", "Port"], results.Where(result => result.Component == "Cache").Select(result => result.Check));
        Assert.All(results, result => Assert.Equal("e", result.Environment));
    }

    [Fact]
    public async Task A_port_that_is_closed_is_named_and_costs_the_other_parts_nothing()
    {
        var results = await TestAsync(new CivicQEnvironment
        {
            Name = "e",
            Site = new SiteSettings { Url = new Uri($"http://127.0.0.1:{closed}") },
            Api = new ApiSettings { Url = new Uri($"http://127.0.0.1:{Port}") },
        });
        var failed = Assert.Single(results, result => !result.Passed);
        Assert.Equal(("Site", "Port", $"127.0.0.1:{closed}", "ConnectionRefused"), (failed.Component, failed.Check, failed.Target, failed.ErrorId));
        Assert.NotEmpty(failed.NextStep);
    }

    [Fact]
    public async Task A_database_that_is_not_there_fails_at_its_port_and_shows_no_password()
    {
        var results = await TestAsync(new CivicQEnvironment { Name = "e", Database = new DatabaseSettings { Url = new SecretReference(SecretScheme.Vault, "V/database") } });
        Assert.Equal(["Secret", "Name", "Port"], results.Select(result => result.Check));
        Assert.False(results[^1].Passed);
        Assert.All(results, result => Assert.DoesNotContain(Planted, result.ToString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("V/garbage", "DatabaseAddressInvalid")]
    [InlineData("V/gone", "SecretNotFound")]
    public async Task A_secret_of_the_wrong_kind_is_named_and_not_shown(string location, string id)
    {
        var results = await TestAsync(new CivicQEnvironment { Name = "e", Database = new DatabaseSettings { Url = new SecretReference(SecretScheme.Vault, location) } });
        Assert.Equal(id, results[^1].ErrorId);
        Assert.All(results, result => Assert.DoesNotContain(Planted, result.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_takes_the_connection_and_says_nothing_costs_the_time_out()
    {
        var results = await TestAsync(new CivicQEnvironment
        {
            Name = "e",
            TimeoutSeconds = 1,
            Database = new DatabaseSettings { Host = "127.0.0.1", Port = Port, User = "u", Name = "d", SslMode = "disable" },
        });
        Assert.Equal(("Login", false), (results[^1].Check, results[^1].Passed));
    }

    [Fact]
    public async Task An_environment_without_parts_does_not_pass() =>
        Assert.Equal("ComponentNotConfigured", Assert.Single(await TestAsync(new CivicQEnvironment { Name = "e" })).ErrorId);

    private async Task<List<EnvironmentTestResult>> TestAsync(CivicQEnvironment environment)
    {
        var secrets = new SecretResolver((location, _) => ValueTask.FromResult(location switch
        {
            "V/token" => Planted,
            "V/redis" => $"redis://:{Planted}@127.0.0.1:{Port}/0",
            "V/database" => $"postgresql://u:{Planted}@127.0.0.1:{closed}/d",
            "V/garbage" => Planted,
            _ => null,
        }));
        var results = new List<EnvironmentTestResult>();
        await foreach (var result in EnvironmentTest.RunAsync(new EnvironmentContext(environment, secrets, NullReporter.Instance), CancellationToken.None))
        {
            results.Add(result);
        }

        return results;
    }
}
