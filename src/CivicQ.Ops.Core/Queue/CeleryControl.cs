using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Cache;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Queue;

/// <summary>
/// Celery's remote control over a Redis broker, as <c>celery inspect</c> and <c>celery control</c> do it, without Celery: a question is
/// published to the workers' mailbox, and each puts its answer into a list of ours. The broker says to how many workers it handed the
/// question, so that a worker that is connected but does not answer is seen, and nobody waits for workers that do not exist.
/// </summary>
public sealed class CeleryControl
{
    // kombu joins the parts of a binding, and a queue's name with its priority, by these two bytes.
    private const string Separator = "\u0006\u0016";
    private const string ReplyExchange = "reply.celery.pidbox";
    private static readonly int[] Priorities = [3, 6, 9];
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan CleaningTime = TimeSpan.FromSeconds(2);
    private readonly RedisConnection broker;
    private readonly string prefix;

    /// <summary>Creates the control.</summary>
    /// <param name="broker">A connection to the broker, in the broker's database.</param>
    /// <param name="keyPrefix">kombu's <c>global_keyprefix</c>.</param>
    public CeleryControl(RedisConnection broker, string keyPrefix = "")
    {
        this.broker = broker;
        prefix = keyPrefix;
    }

    /// <summary>The Redis server that is the environment's broker.</summary>
    /// <param name="environment">The environment.</param>
    /// <returns>Its settings; the cache's where the queue has none of its own.</returns>
    public static RedisSettings? BrokerOf(CivicQEnvironment environment) =>
        environment.Queue is { } queue ? queue.Broker ?? environment.Cache : null;

    /// <summary>Asks the workers whether they are there.</summary>
    /// <param name="patience">How long to wait for those that do not answer.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The answers.</returns>
    public Task<CeleryAnswer> PingAsync(TimeSpan patience, CancellationToken cancellationToken) => AskAsync(new CeleryRequest("ping"), patience, cancellationToken);

    /// <summary>Asks the workers what they are working on; each answers with a list of tasks.</summary>
    /// <param name="patience">How long to wait for those that do not answer.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The answers.</returns>
    public Task<CeleryAnswer> ActiveAsync(TimeSpan patience, CancellationToken cancellationToken) => AskAsync(new CeleryRequest("active"), patience, cancellationToken);

    /// <summary>Asks the workers for their statistics.</summary>
    /// <param name="patience">How long to wait for those that do not answer.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The answers.</returns>
    public Task<CeleryAnswer> StatsAsync(TimeSpan patience, CancellationToken cancellationToken) => AskAsync(new CeleryRequest("stats"), patience, cancellationToken);

    /// <summary>Asks the workers and collects their answers. What this leaves on the broker is cleaned up, also after Ctrl+C.</summary>
    /// <param name="request">The question.</param>
    /// <param name="patience">How long to wait for those that do not answer.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The answers.</returns>
    /// <exception cref="OperationException">One of <see cref="CacheErrors"/>.</exception>
    public async Task<CeleryAnswer> AskAsync(CeleryRequest request, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (broker.IsReplica)
        {
            throw new OperationException(CacheErrors.ReadOnly, $"{broker.Target} is a replica; workers are asked through the primary.", broker.Target);
        }

        var owner = Guid.NewGuid().ToString();
        var ticket = Guid.NewGuid().ToString();
        var queue = $"{owner}.{ReplyExchange}";
        object[] binding = [$"{prefix}_kombu.binding.{ReplyExchange}", $"{owner}{Separator}{Separator}{queue}"];
        try
        {
            await broker.ExecuteAsync("SADD", binding, cancellationToken).ConfigureAwait(false);
            var clock = Stopwatch.StartNew();
            var channel = string.Create(CultureInfo.InvariantCulture, $"{prefix}/{broker.Database}.celery.pidbox");
            var listeners = (int)await broker.ExecuteAsync("PUBLISH", [channel, Envelope(request, owner, ticket, patience)], cancellationToken).ConfigureAwait(false);
            var expected = request.Destination.Count > 0 ? Math.Min(listeners, request.Destination.Count) : listeners;
            var replies = await CollectAsync(prefix + queue, ticket, expected, patience, cancellationToken).ConfigureAwait(false);
            return new CeleryAnswer(listeners, replies, clock.Elapsed);
        }
        finally
        {
            await CleanAsync(binding, prefix + queue).ConfigureAwait(false);
        }
    }

    /// <summary>How many tasks wait in a queue, over all its priorities.</summary>
    /// <param name="queue">The queue's name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The number of waiting tasks.</returns>
    public async Task<long> DepthAsync(string queue, CancellationToken cancellationToken)
    {
        string[] keys = [prefix + queue, .. Priorities.Select(priority => string.Create(CultureInfo.InvariantCulture, $"{prefix}{queue}{Separator}{priority}"))];
        var lengths = await Task.WhenAll(keys.Select(key => broker.ListLengthAsync(key, cancellationToken))).ConfigureAwait(false);
        return lengths.Sum();
    }

    /// <summary>How many tasks the workers have taken and not yet finished, and since when the oldest.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The number, and the time of the oldest, if there is one.</returns>
    public async Task<(long Count, DateTimeOffset? Oldest)> UnacknowledgedAsync(CancellationToken cancellationToken)
    {
        if (!await broker.ExistsAsync(prefix + "unacked", cancellationToken).ConfigureAwait(false))
        {
            return (0, null);
        }

        var count = (long)await broker.ExecuteAsync("HLEN", [prefix + "unacked"], cancellationToken).ConfigureAwait(false);
        var oldest = (string[]?)await broker.ExecuteAsync("ZRANGE", [prefix + "unacked_index", 0, 0, "WITHSCORES"], cancellationToken).ConfigureAwait(false);
        return oldest is [_, var score] && double.TryParse(score, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            ? (count, DateTimeOffset.UnixEpoch.AddSeconds(seconds))
            : (count, null);
    }

    private static string Envelope(CeleryRequest request, string owner, string ticket, TimeSpan patience)
    {
        var body = new JsonObject
        {
            ["method"] = request.Method,
            ["arguments"] = request.Arguments.DeepClone(),
            ["destination"] = request.Destination.Count == 0 ? null : new JsonArray([.. request.Destination.Select(name => JsonValue.Create(name))]),
            ["pattern"] = null,
            ["matcher"] = null,
            ["ticket"] = ticket,
            ["reply_to"] = new JsonObject { ["exchange"] = ReplyExchange, ["routing_key"] = owner },
        };
        return new JsonObject
        {
            ["body"] = Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(body)),
            ["content-encoding"] = "utf-8",
            ["content-type"] = "application/json",
            ["headers"] = new JsonObject { ["clock"] = 1, ["expires"] = DateTimeOffset.UtcNow.Add(patience).ToUnixTimeMilliseconds() / 1000.0 },
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

    // The list is asked again and again rather than by BRPOP: a blocked connection could not clean up after Ctrl+C.
    private async Task<List<CeleryReply>> CollectAsync(string key, string ticket, int expected, TimeSpan patience, CancellationToken cancellationToken)
    {
        var replies = new List<CeleryReply>();
        var clock = Stopwatch.StartNew();
        var pause = TimeSpan.FromMilliseconds(1);
        while (replies.Count < expected)
        {
            var text = (string?)await broker.ExecuteAsync("RPOP", [key], cancellationToken).ConfigureAwait(false);
            if (text is not null)
            {
                replies.AddRange(Read(text, ticket));
                continue;
            }

            if (clock.Elapsed >= patience)
            {
                break;
            }

            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }

        return replies;
    }

    // An answer to somebody else's question (another ticket), and what is no answer at all, gives nothing.
    private static IEnumerable<CeleryReply> Read(string text, string ticket)
    {
        try
        {
            var message = JsonNode.Parse(text);
            if ((string?)message?["headers"]?["ticket"] != ticket || (string?)message["body"] is not { } body)
            {
                return [];
            }

            var plain = (string?)message["properties"]?["body_encoding"] == "base64" ? Convert.FromBase64String(body) : System.Text.Encoding.UTF8.GetBytes(body);
            return JsonNode.Parse(plain) is JsonObject answers ? [.. answers.Select(answer => new CeleryReply(answer.Key, answer.Value))] : [];
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException)
        {
            return [];
        }
    }

    // The binding goes first, so that a late worker finds nowhere to put its answer; both go even when the caller was stopped.
    private async Task CleanAsync(object[] binding, string key)
    {
        using var limit = new CancellationTokenSource(CleaningTime);
        try
        {
            await broker.ExecuteAsync("SREM", binding, limit.Token).ConfigureAwait(false);
            await broker.ExecuteAsync("DEL", [key], limit.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationException or OperationCanceledException)
        {
            // The broker is gone; what failed before says so.
        }
    }
}
