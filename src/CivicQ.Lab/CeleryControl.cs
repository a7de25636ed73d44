using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StackExchange.Redis;

namespace CivicQ.Lab;

/// <summary>Asks Celery's workers over the broker, as <c>celery inspect</c> does.</summary>
/// <param name="redis">The broker.</param>
/// <param name="queues">The queues.</param>
internal sealed class CeleryControl(IConnectionMultiplexer redis, IReadOnlyList<string> queues)
{
    // kombu keeps one list a priority; 0 is the plain name.
    private static readonly string[] Priorities = ["", "\u0006\u00163", "\u0006\u00166", "\u0006\u00169"];

    /// <summary>The messages that wait, by queue.</summary>
    public async Task<IReadOnlyDictionary<string, long>> LengthsAsync()
    {
        var database = redis.GetDatabase();
        var lengths = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var queue in queues)
        {
            lengths[queue] = (await Task.WhenAll(Priorities.Select(priority => database.ListLengthAsync(queue + priority))).ConfigureAwait(false)).Sum();
        }

        return lengths;
    }

    /// <summary>The tasks that run now, by worker; a worker that does not answer in time is not there.</summary>
    public async Task<IReadOnlyDictionary<string, int>> ActiveAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var database = redis.GetDatabase();
        var id = Guid.NewGuid().ToString();
        var inbox = id + ".reply.celery.pidbox";
        var binding = $"{id}\u0006\u0016\u0006\u0016{inbox}";
        await database.SetAddAsync("_kombu.binding.reply.celery.pidbox", binding).ConfigureAwait(false);
        var active = new Dictionary<string, int>(StringComparer.Ordinal);
        try
        {
            var workers = await redis.GetSubscriber().PublishAsync("/0.celery.pidbox", Broadcast(id, timeout)).ConfigureAwait(false);
            for (var end = DateTime.UtcNow + timeout; active.Count < workers && DateTime.UtcNow < end;)
            {
                var reply = await database.ListRightPopAsync(inbox).ConfigureAwait(false);
                if (reply.IsNull)
                {
                    await Task.Delay(2, cancellationToken).ConfigureAwait(false);
                    continue;
                }

                var body = Encoding.UTF8.GetString(Convert.FromBase64String(JsonNode.Parse((string)reply!)!["body"]!.GetValue<string>()));
                foreach (var (worker, tasks) in JsonNode.Parse(body)!.AsObject())
                {
                    active[worker] = (tasks as JsonArray)?.Count ?? 0;
                }
            }
        }
        finally
        {
            await database.SetRemoveAsync("_kombu.binding.reply.celery.pidbox", binding).ConfigureAwait(false);
            await database.KeyDeleteAsync(inbox).ConfigureAwait(false);
        }

        return active;
    }

    private static string Broadcast(string id, TimeSpan timeout)
    {
        var body = JsonSerializer.Serialize(new
        {
            method = "active",
            arguments = new { },
            destination = (string[]?)null,
            pattern = (string?)null,
            matcher = (string?)null,
            ticket = Guid.NewGuid().ToString(),
            reply_to = new { exchange = "reply.celery.pidbox", routing_key = id },
        });
        return new JsonObject
        {
            ["body"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(body)),
            ["content-encoding"] = "utf-8",
            ["content-type"] = "application/json",
            ["headers"] = new JsonObject { ["clock"] = 1, ["expires"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + timeout.TotalSeconds + 1 },
            ["properties"] = new JsonObject
            {
                ["delivery_mode"] = 2,
                ["delivery_info"] = new JsonObject { ["exchange"] = "celery.pidbox", ["routing_key"] = "" },
                ["priority"] = 0,
                ["body_encoding"] = "base64",
                ["delivery_tag"] = Guid.NewGuid().ToString(),
            },
        }.ToJsonString();
    }
}
