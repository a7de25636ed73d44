using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Cache;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Queue;
using CivicQ.Ops.Core.Tests.Support;

namespace CivicQ.Ops.Core.Tests.Queue;

public sealed class CeleryControlTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static async Task<RedisConnection> OpenAsync(EnvironmentContext context) =>
        await RedisConnector.OpenAsync(context, CeleryControl.BrokerOf(context.Environment)!, CancellationToken.None);

    private static async Task<Dictionary<string, HealthResult>> CheckAsync(EnvironmentContext context) =>
        (await HealthRunner.CheckOneAsync(new QueueHealthProbe(), context, ThresholdSet.For(context.Environment), CancellationToken.None)).ToDictionary(result => result.Check);

    private static async Task UntilAsync(CeleryControl control, int listeners)
    {
        for (var i = 0; i < 300; i++)
        {
            var answer = await control.PingAsync(TimeSpan.FromMilliseconds(500), CancellationToken.None);
            if (answer.Listeners == listeners && answer.Replies.Count == listeners)
            {
                return;
            }

            await Task.Delay(100);
        }

        throw new TimeoutException("The workers did not start.");
    }

    [SkippableFact]
    public async Task Workers_answer_ping_active_and_stats_and_a_frozen_one_is_seen()
    {
        await using var redis = await LabRedis.StartAsync();
        await using var first = await CeleryWorker.StartAsync(redis, "first");
        await using var second = await CeleryWorker.StartAsync(redis, "second");
        var context = TestContexts.Redis(redis);
        await using var connection = await OpenAsync(context);
        var control = new CeleryControl(connection);
        await UntilAsync(control, 2);

        var ping = await control.PingAsync(Patience, CancellationToken.None);
        Assert.Equal(["first@test", "second@test"], ping.Replies.Select(reply => reply.Worker).Order());
        Assert.All(ping.Replies, reply => Assert.Equal("pong", (string?)reply.Body!["ok"]));
        var active = await control.ActiveAsync(Patience, CancellationToken.None);
        Assert.All(active.Replies, reply => Assert.Empty(Assert.IsType<JsonArray>(reply.Body)));
        var stats = await control.StatsAsync(Patience, CancellationToken.None);
        Assert.All(stats.Replies, reply => Assert.NotNull(reply.Body!["pid"]));
        var one = await control.AskAsync(new CeleryRequest("ping") { Destination = ["second@test"] }, Patience, CancellationToken.None);
        Assert.Equal("second@test", Assert.Single(one.Replies).Worker);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(context))["Workers"].Status);

        second.Freeze();
        var workers = (await CheckAsync(context))["Workers"];
        Assert.Equal(HealthStatus.Degraded, workers.Status);
        Assert.Equal(1, workers.Value);
        Assert.Contains("2 workers are connected, 1 answered (first@test): 1 stuck", workers.Detail, StringComparison.Ordinal);
        second.Thaw();
        await UntilAsync(control, 2);

        // What a late answer left, if it came after the cleaning, belongs to kombu; ours is gone.
        Assert.Equal("0", (string?)await connection.ExecuteAsync("SCARD", ["_kombu.binding.reply.celery.pidbox"], CancellationToken.None));
    }

    [SkippableFact]
    public async Task A_key_prefix_and_another_database_are_heeded()
    {
        await using var redis = await LabRedis.StartAsync();
        await using var worker = await CeleryWorker.StartAsync(redis, "prefixed", "civicq:");
        var context = TestContexts.Redis(redis);
        context = context with { Environment = context.Environment with { Queue = new QueueSettings { KeyPrefix = "civicq:" } } };
        await using var connection = await OpenAsync(context);
        await UntilAsync(new CeleryControl(connection, "civicq:"), 1);
        Assert.Equal("prefixed@test answered", string.Join(' ', (await CheckAsync(context))["Workers"].Detail.Split(' ').Take(2)));

        var elsewhere = context with { Environment = context.Environment with { Queue = new QueueSettings { Broker = TestContexts.RedisSettings(redis) with { Database = 5 } } } };
        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync(elsewhere))["Workers"].Status);
    }

    [Fact]
    public async Task No_worker_is_unhealthy_and_nobody_waits_for_it()
    {
        await using var redis = await LabRedis.StartAsync();
        var results = await CheckAsync(TestContexts.Redis(redis));
        Assert.Equal(HealthStatus.Unhealthy, results["Workers"].Status);
        Assert.Equal(0, results["Workers"].Value);
        Assert.Equal(HealthStatus.Healthy, results["Depth celery"].Status);
    }

    [Fact]
    public async Task Depth_counts_all_priorities_and_unacknowledged_tasks_have_an_age()
    {
        await using var redis = await LabRedis.StartAsync();
        var context = TestContexts.Redis(redis);
        await using var connection = await OpenAsync(context);
        for (var i = 0; i < 60; i++)
        {
            await connection.ExecuteAsync("LPUSH", ["celery", "{}"], CancellationToken.None);
            await connection.ExecuteAsync("LPUSH", ["celery\u0006\u00169", "{}"], CancellationToken.None);
        }

        await connection.ExecuteAsync("HSET", ["unacked", "tag", "{}"], CancellationToken.None);
        await connection.ExecuteAsync("ZADD", ["unacked_index", DateTimeOffset.UtcNow.AddHours(-2).ToUnixTimeSeconds(), "tag"], CancellationToken.None);
        var results = await CheckAsync(context);
        Assert.Equal(120, results["Depth celery"].Value);
        Assert.Equal(HealthStatus.Degraded, results["Depth celery"].Status);
        Assert.Equal(HealthStatus.Degraded, results["Unacked"].Status);
        Assert.InRange(results["Unacked"].Value!.Value, 7100, 7300);
    }

    [Fact]
    public async Task Looking_does_not_spoil_the_hit_rate()
    {
        await using var redis = await LabRedis.StartAsync();
        var context = TestContexts.Redis(redis);
        for (var i = 0; i < 5; i++)
        {
            await CheckAsync(context);
        }

        await using var connection = await OpenAsync(context);
        Assert.Equal("0", (await connection.InfoAsync(CancellationToken.None))["keyspace_misses"]);
    }

    [Fact]
    public async Task Foreign_tickets_and_rubbish_are_no_answers_and_everything_is_cleaned_up_after_cancelling()
    {
        await using var redis = await LabRedis.StartAsync();
        var context = TestContexts.Redis(redis);
        await using var connection = await OpenAsync(context);
        // A listener that is no worker: it makes the broker count one, and the test answers in its place.
        using var listener = new RedisListener(redis, "/0.celery.pidbox");
        await listener.SubscribeAsync();
        using var stop = new CancellationTokenSource();
        var asking = new CeleryControl(connection).PingAsync(TimeSpan.FromMinutes(1), stop.Token);
        var envelope = JsonNode.Parse(await listener.NextAsync())!;
        var body = JsonNode.Parse(Convert.FromBase64String((string)envelope["body"]!))!;
        var key = (string)body["reply_to"]!["routing_key"]! + ".reply.celery.pidbox";
        await using (var other = await OpenAsync(context))
        {
            await other.ExecuteAsync("LPUSH", [key, "rubbish"], CancellationToken.None);
            await other.ExecuteAsync("LPUSH", [key, """{"headers":{"ticket":"another"},"properties":{"body_encoding":"base64"},"body":"e30="}"""], CancellationToken.None);
            while (await other.ListLengthAsync(key, CancellationToken.None) > 0)
            {
                await Task.Delay(10);
            }

            Assert.False(asking.IsCompleted);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
            Assert.Equal("0", (string?)await other.ExecuteAsync("EXISTS", [key, "_kombu.binding.reply.celery.pidbox"], CancellationToken.None));
        }
    }
}
