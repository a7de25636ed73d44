using System.Diagnostics;
using System.Globalization;
using CivicQ.Ops.Core.Cache;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Tests.Support;

namespace CivicQ.Ops.Core.Tests.Cache;

public sealed class RedisConnectorTests(RedisFixture fixture) : IClassFixture<RedisFixture>
{
    private static async Task<OperationException> FailureAsync(EnvironmentContext context) =>
        await Assert.ThrowsAsync<OperationException>(() => RedisConnector.OpenAsync(context, context.Environment.Cache!, CancellationToken.None));

    [Fact]
    public async Task A_connection_answers()
    {
        await using var connection = await RedisConnector.OpenAsync(TestContexts.Redis(fixture.Redis), TestContexts.RedisSettings(fixture.Redis), CancellationToken.None);
        var info = await connection.InfoAsync(CancellationToken.None);
        Assert.Equal(fixture.Redis.Version, info["redis_version"]);
        Assert.False(connection.IsReplica);
    }

    [Fact]
    public async Task An_address_gives_password_and_database()
    {
        var context = TestContexts.Address(fixture.Redis.ConnectionUrl[..^1] + "3");
        await using var connection = await RedisConnector.OpenAsync(context, context.Environment.Cache!, CancellationToken.None);
        Assert.Equal(3, connection.Database);
        await connection.ExecuteAsync("SET", ["three", "3"], CancellationToken.None);
        Assert.Equal("1", (string?)await connection.ExecuteAsync("DBSIZE", [], CancellationToken.None));
    }

    [Fact]
    public async Task A_wrong_password_is_named_and_not_told()
    {
        var error = await FailureAsync(TestContexts.Redis(fixture.Redis, "MARKED-wrong"));
        Assert.Equal(CacheErrors.AuthenticationFailed, error.Definition);
        Assert.Contains("refused the password", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("MARKED", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_password_is_another_thing_than_a_wrong_one()
    {
        var error = await FailureAsync(TestContexts.Address(FormattableString.Invariant($"redis://127.0.0.1:{fixture.Redis.Port}/0")));
        Assert.Equal(CacheErrors.AuthenticationFailed, error.Definition);
        Assert.Contains("names none", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redis://127.0.0.1:1/0", "CacheUnreachable")]
    [InlineData("redis://no-such-host.invalid/0", "CacheUnreachable")]
    [InlineData("http://127.0.0.1/", "CacheAddressInvalid")]
    [InlineData("redis://127.0.0.1/x", "CacheAddressInvalid")]
    [InlineData("redis://:MARKED@/0", "CacheAddressInvalid")]
    [InlineData("redis://someone:MARKED@127.0.0.1/0", "CacheUserNotSupported")]
    public async Task A_bad_address_is_named(string address, string id)
    {
        var error = await FailureAsync(TestContexts.Address(address));
        Assert.Equal(id, error.Definition.Id);
        Assert.DoesNotContain("MARKED", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_a_time_out()
    {
        using var server = new SilentServer();
        var error = await FailureAsync(TestContexts.Address(FormattableString.Invariant($"redis://127.0.0.1:{server.Port}/0"), timeoutSeconds: 0.3));
        Assert.Equal(CacheErrors.Timeout, error.Definition);
    }

    [Fact]
    public async Task Cancelling_ends_the_wait_for_a_silent_server()
    {
        using var server = new SilentServer();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        var context = TestContexts.Address(FormattableString.Invariant($"redis://127.0.0.1:{server.Port}/0"), timeoutSeconds: 3600);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RedisConnector.OpenAsync(context, context.Environment.Cache!, stop.Token));
    }

    [Fact]
    public async Task A_server_that_loads_its_data_says_so()
    {
        // A millisecond for each key: DEBUG RELOAD loads for as long as the test wants, and Redis answers LOADING meanwhile.
        await using var redis = await LabRedis.StartAsync(new LabRedisOptions
        {
            Settings = new Dictionary<string, string> { ["enable-debug-command"] = "yes", ["key-load-delay"] = "1000", ["loading-process-events-interval-bytes"] = "1024" },
        });
        var context = TestContexts.Redis(redis);
        var connection = await RedisConnector.OpenAsync(context, context.Environment.Cache!, CancellationToken.None);
        await connection.ExecuteAsync("DEBUG", ["POPULATE", 200_000], CancellationToken.None);
        _ = connection.ExecuteAsync("DEBUG", ["RELOAD"], CancellationToken.None).ContinueWith(late => late.Exception, TaskScheduler.Default);
        var error = await EventuallyAsync(async () =>
        {
            try
            {
                await using var other = await RedisConnector.OpenAsync(context, context.Environment.Cache!, CancellationToken.None);
                return null;
            }
            catch (OperationException error)
            {
                // Before it loads it writes, and answers nobody: on a slow machine for longer than one question waits.
                return error.Definition == CacheErrors.Timeout ? null : error;
            }
        });
        Assert.Equal(CacheErrors.Loading, error.Definition);
        await redis.StopAsync();
        await connection.DisposeAsync();
    }

    [Fact]
    public async Task A_command_that_fails_gives_the_servers_words()
    {
        await using var connection = await RedisConnector.OpenAsync(TestContexts.Redis(fixture.Redis), TestContexts.RedisSettings(fixture.Redis), CancellationToken.None);
        await connection.ExecuteAsync("SET", ["text", "x"], CancellationToken.None);
        var error = await Assert.ThrowsAsync<OperationException>(() => connection.ExecuteAsync("LPUSH", ["text", "y"], CancellationToken.None));
        Assert.Equal(CacheErrors.CommandFailed, error.Definition);
        Assert.Contains("WRONGTYPE", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_thousand_connections_and_refusals_leave_nothing_behind()
    {
        var good = TestContexts.Redis(fixture.Redis);
        var refused = TestContexts.Redis(fixture.Redis, "wrong");
        async Task CallAsync(int times)
        {
            for (var i = 0; i < times; i++)
            {
                await using (var connection = await RedisConnector.OpenAsync(good, good.Environment.Cache!, CancellationToken.None))
                {
                    await connection.ExecuteAsync("TIME", [], CancellationToken.None);
                }

                if (i % 10 == 0)
                {
                    await FailureAsync(refused);
                }
            }
        }

        await CallAsync(50);
        var before = Usage();
        await CallAsync(1000);
        var after = Usage();
        Assert.True(after.Threads - before.Threads < 30, $"threads: {before.Threads} before, {after.Threads} after");
        Assert.True(after.Bytes - before.Bytes < 8_000_000, $"heap: {before.Bytes} before, {after.Bytes} after");
        await using var last = await RedisConnector.OpenAsync(good, good.Environment.Cache!, CancellationToken.None);
        var clients = await EventuallyAsync(async () => (await last.InfoAsync(CancellationToken.None))["connected_clients"] is var text
            && int.Parse(text, CultureInfo.InvariantCulture) <= 3 ? text : null);
        Assert.NotNull(clients);
    }

    private static (int Threads, long Bytes) Usage()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        return (process.Threads.Count, GC.GetTotalMemory(forceFullCollection: true));
    }

    private static async Task<T> EventuallyAsync<T>(Func<Task<T?>> look)
        where T : class
    {
        for (var i = 0; i < 200; i++)
        {
            if (await look() is { } found)
            {
                return found;
            }

            await Task.Delay(50);
        }

        throw new TimeoutException("It did not happen within 10 s.");
    }
}
