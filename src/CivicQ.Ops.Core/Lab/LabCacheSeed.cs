using System.Globalization;
using System.Text;
using System.Text.Json;
using StackExchange.Redis;

namespace CivicQ.Ops.Core.Lab;

/// <summary>Fills the lab's Redis: CivicQ's cache keys, sessions, and tasks that wait in Celery's queues.</summary>
internal static class LabCacheSeed
{
    private const int WaitingVideos = 6;
    private const int WaitingBallots = 4;

    /// <summary>Does it.</summary>
    /// <param name="port">The server's port on loopback.</param>
    /// <param name="password">Its password.</param>
    /// <param name="scale">How much data.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task RunAsync(int port, string password, int scale, CancellationToken cancellationToken)
    {
        var options = ConfigurationOptions.Parse(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"));
        options.Password = password;
        options.AbortOnConnectFail = false;
        options.SyncTimeout = 30_000;
        var connection = await ConnectionMultiplexer.ConnectAsync(options).WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await FillAsync(connection.GetDatabase(), scale, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Dispose lets commands complete, and has been seen to wait out the whole SyncTimeout after the last one was answered.
            await connection.CloseAsync(allowCommandsToComplete: false).ConfigureAwait(false);
        }
    }

    private static async Task FillAsync(IDatabase redis, int scale, CancellationToken cancellationToken)
    {
        var keys = Keys(scale).ToList();
        await Task.WhenAll(keys.Select(entry => redis.StringSetAsync(entry.Key, entry.Value, entry.Life))).WaitAsync(cancellationToken).ConfigureAwait(false);

        // A cache that has served: nine hits in ten.
        await Task.WhenAll(keys.SelectMany((entry, i) => i % 9 == 0
            ? new[] { redis.StringGetAsync(entry.Key), redis.StringGetAsync((string)entry.Key + ":gone") }
            : [redis.StringGetAsync(entry.Key)])).WaitAsync(cancellationToken).ConfigureAwait(false);

        await Task.WhenAll(
            Enumerable.Range(1, WaitingVideos * scale).Select(i => redis.ListLeftPushAsync("video", Message("app.tasks.process_video", "video", 200 + i)))
                .Concat(Enumerable.Range(1, WaitingBallots).Select(i => redis.ListLeftPushAsync("celery", Message("app.tasks.refresh_ballot", "celery", i)))))
            .WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static IEnumerable<(RedisKey Key, RedisValue Value, TimeSpan Life)> Keys(int scale)
    {
        string Name(string prefix, int number) => string.Create(CultureInfo.InvariantCulture, $"{prefix}:{number}");
        for (var i = 1; i <= 300 * scale; i++)
        {
            var text = JsonSerializer.Serialize(new { id = i, question_text = "How will you repair the sidewalks this year?", status = "approved", upvotes = i * 7907 % 400 });
            yield return (Name("cache:questions", i), text, TimeSpan.FromSeconds(3600 + (i % 900)));
        }

        for (var i = 1; i <= 40; i++)
        {
            yield return (Name("cache:contests", i), JsonSerializer.Serialize(new { id = i, title = "City Council", candidates = 4 }), TimeSpan.FromHours(12));
        }

        for (var i = 1; i <= 120 * scale; i++)
        {
            yield return (Name("session", i), JsonSerializer.Serialize(new { user_id = i * 13, created = "2026-02-14T12:00:00Z" }), TimeSpan.FromDays(7));
        }
    }

    /// <summary>A task as Celery's producer writes it (message protocol 2 in kombu's envelope for Redis).</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="argument">Its only argument.</param>
    /// <returns>The message.</returns>
    internal static string Message(string task, string queue, int argument)
    {
        var id = Guid.NewGuid().ToString();
        var body = $"[[{argument.ToString(CultureInfo.InvariantCulture)}], {{}}, {{\"callbacks\": null, \"errbacks\": null, \"chain\": null, \"chord\": null}}]";
        return JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["body"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(body)),
            ["content-encoding"] = "utf-8",
            ["content-type"] = "application/json",
            ["headers"] = new Dictionary<string, object?>
            {
                ["lang"] = "py",
                ["task"] = task,
                ["id"] = id,
                ["shadow"] = null,
                ["eta"] = null,
                ["expires"] = null,
                ["group"] = null,
                ["group_index"] = null,
                ["retries"] = 0,
                ["timelimit"] = new object?[] { null, null },
                ["root_id"] = id,
                ["parent_id"] = null,
                ["argsrepr"] = $"({argument.ToString(CultureInfo.InvariantCulture)},)",
                ["kwargsrepr"] = "{}",
                ["origin"] = "gen1@civicq-api",
                ["ignore_result"] = false,
            },
            ["properties"] = new Dictionary<string, object>
            {
                ["correlation_id"] = id,
                ["reply_to"] = Guid.NewGuid().ToString(),
                ["delivery_mode"] = 2,
                ["delivery_info"] = new Dictionary<string, string> { ["exchange"] = "", ["routing_key"] = queue },
                ["priority"] = 0,
                ["body_encoding"] = "base64",
                ["delivery_tag"] = Guid.NewGuid().ToString(),
            },
        });
    }
}
