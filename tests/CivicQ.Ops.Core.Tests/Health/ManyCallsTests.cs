using System.Diagnostics;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Procedures;
using CivicQ.Ops.Core.Tests.Support;

namespace CivicQ.Ops.Core.Tests.Health;

public sealed class ManyCallsTests
{
    [Fact]
    public async Task A_thousand_health_calls_leave_memory_and_threads_as_they_were()
    {
        await using var postgres = await LabPostgres.StartAsync();
        await using var redis = await LabRedis.StartAsync();
        var context = TestContexts.Create(
            new CivicQEnvironment
            {
                Name = "t", LocalHost = false, Cache = TestContexts.RedisSettings(redis), Queue = new QueueSettings(),
                Database = new DatabaseSettings { Url = new SecretReference(SecretScheme.Variable, "database") },
            },
            ("redis", redis.Password), ("database", postgres.ConnectionUrl));
        var probes = HealthProbes.Named(["Database", "Cache", "Queue"]);
        async Task CallAsync(int times)
        {
            for (var i = 0; i < times; i++)
            {
                await foreach (var result in HealthRunner.CheckAsync(context, probes, CancellationToken.None))
                {
                    Assert.Null(result.ErrorId);
                }
            }
        }

        await CallAsync(50);
        var before = Usage();
        await CallAsync(1000);
        var after = Usage();
        Assert.True(after.Threads - before.Threads < 30, $"threads: {before.Threads} before, {after.Threads} after");
        Assert.True(after.Bytes - before.Bytes < 10_000_000, $"heap: {before.Bytes} before, {after.Bytes} after");
    }

    [Fact]
    public async Task A_server_that_hangs_costs_its_own_time_out_and_the_others_are_there_before()
    {
        using var silent = new SilentServer();
        await using var redis = await LabRedis.StartAsync();
        var context = TestContexts.Create(
            new CivicQEnvironment
            {
                Name = "t", LocalHost = false, TimeoutSeconds = 15, Cache = TestContexts.RedisSettings(redis),
                Database = new DatabaseSettings { Host = "127.0.0.1", Port = silent.Port, Name = "x", User = "x" },
            },
            ("redis", redis.Password));
        var components = new List<(string Component, HealthStatus Status)>();
        await foreach (var result in HealthRunner.CheckAsync(context, HealthProbes.Named(["Database", "Cache"]), CancellationToken.None))
        {
            components.Add((result.Component, result.Status));
        }

        Assert.Equal(("Database", HealthStatus.Unhealthy), components[^1]);
        Assert.All(components[..^1], result => Assert.Equal("Cache", result.Component));
        Assert.Equal(6, components.Count);
    }

    private static (int Threads, long Bytes) Usage()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        return (process.Threads.Count, GC.GetTotalMemory(forceFullCollection: true));
    }
}
