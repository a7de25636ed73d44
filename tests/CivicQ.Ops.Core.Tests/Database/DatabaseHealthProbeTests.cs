using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.Tests.Database;

[Collection(DatabaseCollection.Name)]
public class DatabaseHealthProbeTests(DatabaseFixture database)
{
    [Fact]
    public async Task The_manual_s_metrics_each_with_value_limit_and_detail()
    {
        // Something to count, whichever test comes first.
        await database.ExecuteAsync("SELECT count(*) FROM users");
        var results = await CheckAsync(database.Context());
        Assert.Equal(["Connection", "Pool", "QueryTime", "TransactionAge"], results.Select(result => result.Check));
        Assert.All(results, result =>
        {
            Assert.NotNull(result.Value);
            Assert.NotNull(result.Threshold);
            Assert.NotEqual("", result.Detail);
        });
        Assert.Equal((MeasureUnit.Ratio, 0.8), (results[1].Unit, results[1].Threshold!.Degraded));
        Assert.Equal((MeasureUnit.Seconds, 0.1, 0.5), (results[2].Unit, results[2].Threshold!.Degraded, results[2].Threshold!.Unhealthy));
        Assert.Equal(HealthStatus.Healthy, results[3].Status);
    }

    [Fact]
    public async Task Query_time_is_the_mean_of_the_environment_s_database()
    {
        await database.ExecuteAsync("SELECT pg_stat_statements_reset()");
        await database.ExecuteAsync("SELECT pg_sleep(0.6)");
        await database.ExecuteAsync("SELECT pg_sleep(30000) WHERE false", "Other DB");
        var mean = (await CheckAsync(database.Context())).Single(result => result.Check == "QueryTime");

        // Besides it only the reset, and what connections ask at their start.
        Assert.True(mean.Value > 0.1, $"{mean.Value} s");
        Assert.NotEqual(HealthStatus.Healthy, mean.Status);
        Assert.Contains("Get-CivicQSlowQuery", mean.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_extension_there_is_no_query_time_and_no_error()
    {
        // One that no other test adds an extension to.
        await database.ExecuteAsync("CREATE DATABASE bare_of_extensions");
        var results = await CheckAsync(database.Context(database: "bare_of_extensions"));
        Assert.Equal(["Connection", "Pool", "TransactionAge"], results.Select(result => result.Check));
    }

    [Fact]
    public async Task A_role_without_privileges_is_told_what_it_may_know()
    {
        var results = await CheckAsync(database.Context(DatabaseFixture.Nobody, "nothing"));
        Assert.Contains("Pool", results.Select(result => result.Check));
        Assert.Contains("TransactionAge", results.Select(result => result.Check));
        Assert.DoesNotContain("ReplicationLag", results.Select(result => result.Check));
    }

    [Fact]
    public async Task An_environment_s_own_limits_count()
    {
        var context = database.Context();
        var own = context with
        {
            Environment = context.Environment with { Thresholds = new Dictionary<string, ThresholdOverride> { ["Database.TransactionAge"] = new(1, null) } },
        };
        var age = (await CheckAsync(own)).Single(result => result.Check == "TransactionAge");
        Assert.Equal((HealthStatus.Degraded, "environment"), (age.Status, age.Threshold!.Source));
        Assert.Equal(await database.ScalarAsync<long>("SELECT max(age(datfrozenxid))::bigint FROM pg_database WHERE datallowconn"), age.Value!.Value, 1000.0);
        Assert.Contains("Get-CivicQDatabaseStatistic", age.NextStep, StringComparison.Ordinal);
    }

    private static Task<IReadOnlyList<HealthResult>> CheckAsync(EnvironmentContext context) =>
        new DatabaseHealthProbe().CheckAsync(context, ThresholdSet.For(context.Environment), CancellationToken.None);
}
