using CivicQ.Ops.Core.Cache;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Measures;
using CivicQ.Ops.Core.Tests.Support;

namespace CivicQ.Ops.Core.Tests.Cache;

public sealed class CacheHealthProbeTests(RedisFixture fixture) : IClassFixture<RedisFixture>
{
    private static async Task<Dictionary<string, HealthResult>> CheckAsync(EnvironmentContext context) =>
        (await HealthRunner.CheckOneAsync(new CacheHealthProbe(), context, ThresholdSet.For(context.Environment), CancellationToken.None)).ToDictionary(result => result.Check);

    [Fact]
    public async Task A_fresh_server_is_healthy_where_there_is_something_to_judge()
    {
        await using var redis = await LabRedis.StartAsync();
        var results = await CheckAsync(TestContexts.Redis(redis));
        Assert.Equal(["Connection", "Evictions", "HitRate", "Memory", "Persistence"], results.Keys.Order());
        Assert.Equal(HealthStatus.Unknown, results["HitRate"].Status);
        Assert.Null(results["HitRate"].Value);
        Assert.Equal(HealthStatus.Healthy, results["Memory"].Status);
        Assert.InRange(results["Memory"].Value!.Value, 0.0001, 0.5);
        Assert.Equal(MeasureUnit.Ratio, results["Memory"].Unit);
        Assert.Equal(HealthStatus.Healthy, results["Persistence"].Status);
    }

    [Fact]
    public async Task A_low_hit_rate_is_degraded()
    {
        var context = TestContexts.Redis(fixture.Redis);
        await using (var connection = await RedisConnector.OpenAsync(context, context.Environment.Cache!, CancellationToken.None))
        {
            await connection.ExecuteAsync("SET", ["here", "1"], CancellationToken.None);
            for (var i = 0; i < 60; i++)
            {
                await connection.ExecuteAsync("GET", ["here"], CancellationToken.None);
                await connection.ExecuteAsync("GET", ["not here"], CancellationToken.None);
            }
        }

        var rate = (await CheckAsync(context))["HitRate"];
        Assert.Equal(HealthStatus.Degraded, rate.Status);
        Assert.Equal(0.5, rate.Value!.Value, 2);
        Assert.NotEmpty(rate.NextStep);
    }

    [Fact]
    public async Task Without_maxmemory_the_value_is_there_and_the_verdict_is_not()
    {
        await using var redis = await LabRedis.StartAsync(new LabRedisOptions { Settings = new Dictionary<string, string> { ["maxmemory"] = "0" } });
        var memory = (await CheckAsync(TestContexts.Redis(redis)))["Memory"];
        Assert.Equal(HealthStatus.Unknown, memory.Status);
        Assert.NotNull(memory.Value);
    }

    [Fact]
    public async Task The_environments_own_limit_counts()
    {
        var context = TestContexts.Redis(fixture.Redis);
        context = context with
        {
            Environment = context.Environment with { Thresholds = new Dictionary<string, ThresholdOverride> { ["Cache.Memory"] = new(0.00001, 0.00002) } },
        };
        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync(context))["Memory"].Status);
    }

    [Fact]
    public async Task A_failed_snapshot_is_unhealthy()
    {
        await using var redis = await LabRedis.StartAsync(new LabRedisOptions
        {
            Settings = new Dictionary<string, string> { ["enable-protected-configs"] = "yes" },
        });
        var context = TestContexts.Redis(redis);
        await using var connection = await RedisConnector.OpenAsync(context, context.Environment.Cache!, CancellationToken.None);
        // A folder in the snapshot's place: it cannot be written.
        Directory.CreateDirectory(Path.Combine(redis.Folder, "dump.rdb"));
        await connection.ExecuteAsync("BGSAVE", [], CancellationToken.None);
        var status = "";
        for (var i = 0; i < 200 && status != "err"; i++)
        {
            await Task.Delay(20);
            status = (await connection.InfoAsync(CancellationToken.None))["rdb_last_bgsave_status"];
        }

        var persistence = (await CheckAsync(context))["Persistence"];
        Assert.Equal(HealthStatus.Unhealthy, persistence.Status);
        Assert.Contains("snapshot", persistence.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_down_is_one_unhealthy_result_with_its_error()
    {
        var results = await CheckAsync(TestContexts.Address("redis://127.0.0.1:1/0"));
        var only = Assert.Single(results).Value;
        Assert.Equal(HealthStatus.Unhealthy, only.Status);
        Assert.Equal("CacheUnreachable", only.ErrorId);
        Assert.NotEmpty(only.NextStep);
    }
}
