using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Procedures;
using CivicQ.Ops.Core.Procedures.DailyCheck;
using CivicQ.Ops.Core.Tests.Support;

namespace CivicQ.Ops.Core.Tests.Procedures;

public sealed class DailyCheckTests
{
    private static readonly EnvironmentContext Nothing = TestContexts.Create(new CivicQEnvironment { Name = "t", LocalHost = false });

    private static async Task<List<DailyCheckResult>> RunAsync(EnvironmentContext context, IReadOnlyList<IHealthProbe>? probes = null, params string[] steps)
    {
        var results = new List<DailyCheckResult>();
        var named = DailyCheckRunner.Named(steps, []);
        var running = probes is null ? DailyCheckRunner.RunAsync(context, named, CancellationToken.None) : DailyCheckRunner.RunAsync(context, named, probes, CancellationToken.None);
        await foreach (var result in running)
        {
            results.Add(result);
        }

        return results;
    }

    [Fact]
    public async Task There_are_the_manuals_nine_steps_in_its_order_and_nothing_is_green_that_nobody_looked_at()
    {
        var results = await RunAsync(Nothing);
        Assert.Equal(Enumerable.Range(1, 9), results.Select(result => result.Step));
        Assert.Equal(
            ["Services", "Host resources", "Database", "Redis", "API", "Frontend", "Celery workers", "Recent errors", "Storage"], results.Select(result => result.Name));
        Assert.All(results, result => Assert.Equal((HealthStatus.NotConfigured, "t"), (result.Status, result.Environment)));
        Assert.All(results, result => Assert.NotEmpty(result.Detail));
    }

    [Fact]
    public async Task Steps_are_picked_and_left_out_by_number_or_name()
    {
        Assert.Equal([3, 4], (await RunAsync(Nothing, null, "3", "redis")).Select(result => result.Step));
        Assert.Equal([2, 3, 4, 5, 6, 7, 8], DailyCheckRunner.Named([], ["s*"]).Select(step => step.Step));
        Assert.Equal([2], DailyCheckRunner.Named(["HostResources"], []).Select(step => step.Step));
        Assert.Equal("DailyCheckStepNotFound", Assert.Throws<OperationException>(() => DailyCheckRunner.Named(["10"], [])).Definition.Id);
    }

    [Fact]
    public async Task A_step_is_as_bad_as_its_worst_check_and_says_what_to_do()
    {
        var probe = new FakeProbe("Host", (_, _) => Task.FromResult<IReadOnlyList<HealthResult>>(
        [
            FakeProbe.Result("Host", "Cpu", HealthStatus.Healthy), FakeProbe.Result("Host", "Memory", HealthStatus.Degraded), FakeProbe.Result("Host", "Disk /", HealthStatus.Unhealthy),
        ]));
        var result = Assert.Single(await RunAsync(Nothing, [probe], "2"));
        Assert.Equal(HealthStatus.Unhealthy, result.Status);
        Assert.Equal("Host Disk / is Unhealthy. Host Memory is Degraded.", result.Detail);
        Assert.Equal("Mend it.", result.NextStep);
        Assert.Equal(3, result.Checks.Count);
    }

    [Fact]
    public async Task What_cannot_be_judged_yet_does_not_hide_what_can()
    {
        IHealthProbe Cache(params HealthResult[] results) => new FakeProbe("Cache", (_, _) => Task.FromResult<IReadOnlyList<HealthResult>>(results));
        var unknown = FakeProbe.Result("Cache", "HitRate", HealthStatus.Unknown);
        Assert.Equal(HealthStatus.Healthy, (await RunAsync(Nothing, [Cache(unknown, FakeProbe.Result("Cache", "Connection", HealthStatus.Healthy))], "4"))[0].Status);
        Assert.Equal(HealthStatus.Unknown, (await RunAsync(Nothing, [Cache(unknown)], "4"))[0].Status);
        Assert.Equal(HealthStatus.Unknown, (await RunAsync(Nothing, [Cache(unknown with { ErrorId = "LogNotReadable" }, FakeProbe.Result("Cache", "Connection", HealthStatus.Healthy))], "4"))[0].Status);
    }

    [Fact]
    public async Task One_dead_component_costs_its_own_time_out_and_nothing_else()
    {
        var released = new TaskCompletionSource();
        // It ignores its token, as a bad client would.
        var dead = new FakeProbe("Cache", async (_, _) =>
        {
            await released.Task;
            return [];
        });
        var context = Nothing with { Timeout = TimeSpan.FromSeconds(1) };
        IHealthProbe[] probes = [FakeProbe.Of("Host", HealthStatus.Healthy), dead, FakeProbe.Of("Queue", HealthStatus.Healthy)];
        var results = await RunAsync(context, probes, "2", "4", "7");
        released.SetResult();
        Assert.Equal([HealthStatus.Healthy, HealthStatus.Unhealthy, HealthStatus.Healthy], results.Select(result => result.Status));
        Assert.Equal("OperationTimedOut", results[1].Checks[0].ErrorId);
        Assert.True(results[0].Duration < results[1].Duration && results[2].Duration < results[1].Duration);
    }

    [Fact]
    public async Task Real_servers_are_asked_and_users_counted_and_a_missing_table_is_said()
    {
        await using var postgres = await LabPostgres.StartAsync();
        await using var redis = await LabRedis.StartAsync();
        var context = TestContexts.Create(
            new CivicQEnvironment
            {
                Name = "t", LocalHost = false, Cache = TestContexts.RedisSettings(redis), Queue = new QueueSettings(), TimeoutSeconds = 60,
                // How quickly a busy machine answers is not what is tested here.
                Thresholds = new Dictionary<string, ThresholdOverride> { ["Cache.Connection"] = new(1000, 1000), ["Database.Connection"] = new(1000, 1000) },
                Database = new DatabaseSettings { Url = new SecretReference(SecretScheme.Variable, "database") },
            },
            ("redis", redis.Password), ("database", postgres.ConnectionUrl));
        var missing = Assert.Single(await RunAsync(context, null, "3"));
        Assert.Equal(HealthStatus.Unhealthy, missing.Status);
        Assert.Contains("no table 'users'", missing.Detail, StringComparison.Ordinal);

        await using (var connection = await Core.Database.DatabaseConnector.OpenAsync(context, CancellationToken.None))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE users AS SELECT generate_series(1, 1234) AS id";
            await command.ExecuteNonQueryAsync();
        }

        var results = await RunAsync(context);
        Assert.Equal((HealthStatus.Healthy, 1234.0, "1,234 users."), (results[2].Status, results[2].Value!.Value, results[2].Detail));
        Assert.True(results[3].Status == HealthStatus.Healthy, $"{results[3].Status}: {results[3].Detail} {string.Join("; ", results[3].Checks)}");
        Assert.Equal((HealthStatus.Unhealthy, "No worker is connected to the broker."), (results[6].Status, results[6].Detail));

        await postgres.StopAsync();
        var down = Assert.Single(await RunAsync(context, null, "3"));
        Assert.Equal(HealthStatus.Unhealthy, down.Status);
        Assert.All(down.Checks, check => Assert.Equal("DatabaseUnreachable", check.ErrorId));
    }

    [Fact]
    public void Every_component_of_a_step_has_a_probe()
    {
        var known = HealthProbes.All.Concat(HealthProbes.DailyOnly).Select(probe => probe.Component).ToHashSet();
        Assert.All(DailyCheckRunner.Steps.SelectMany(step => step.Components), name => Assert.Contains(name, known));
    }
}
