using System.Diagnostics;
using System.Globalization;
using Npgsql;
using StackExchange.Redis;

namespace CivicQ.Lab;

/// <summary>The health endpoints of the operations manual. Every answer is asked from the servers at that moment.</summary>
/// <param name="database">The database.</param>
/// <param name="redis">Redis.</param>
/// <param name="celery">The workers.</param>
/// <param name="faults">Knows the administrator's token.</param>
/// <param name="logger">The application's log.</param>
internal sealed class HealthEndpoints(NpgsqlDataSource database, IConnectionMultiplexer redis, CeleryControl celery, FaultSwitch faults, ILogger logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/health", ["GET", "HEAD"], BasicAsync);
        routes.MapGet("/health/db", DatabaseAsync);
        routes.MapGet("/health/celery", CeleryAsync);
        routes.MapGet("/api/v1/admin/health", DetailedAsync);
    }

    /// <summary>The sessions in the database and how many it allows.</summary>
    public async Task<(long Used, int Maximum)> ConnectionsAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "SELECT count(*), current_setting('max_connections')::int FROM pg_stat_activity WHERE backend_type = 'client backend'");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return (reader.GetInt64(0), reader.GetInt32(1));
    }

    private async Task<IResult> BasicAsync(CancellationToken cancellationToken)
    {
        var parts = await Task.WhenAll(
            TryAsync("database", token => ConnectionsAsync(token), cancellationToken),
            TryAsync("redis", _ => redis.GetDatabase().PingAsync(), cancellationToken)).ConfigureAwait(false);
        var healthy = parts.All(part => part);
        return Answer(healthy, new
        {
            status = healthy ? "healthy" : "unhealthy",
            database = parts[0] ? "connected" : "disconnected",
            redis = parts[1] ? "connected" : "disconnected",
            version = "1.0.0",
            timestamp = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        });
    }

    private async Task<IResult> DatabaseAsync(CancellationToken cancellationToken)
    {
        var part = await DatabasePartAsync(cancellationToken).ConfigureAwait(false);
        return Answer(part.Status == "healthy", part);
    }

    private async Task<IResult> CeleryAsync(CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, int> workers = new Dictionary<string, int>();
        IReadOnlyDictionary<string, long> lengths = new Dictionary<string, long>();
        var reached = await TryAsync("celery", async token =>
        {
            workers = await celery.ActiveAsync(TimeSpan.FromSeconds(1), token).ConfigureAwait(false);
            lengths = await celery.LengthsAsync().ConfigureAwait(false);
        }, cancellationToken).ConfigureAwait(false);
        var healthy = reached && workers.Count > 0;
        return Answer(healthy, new
        {
            status = healthy ? "healthy" : "unhealthy",
            workers = workers.Count,
            active_tasks = workers.Values.Sum(),
            queue_length = lengths.Values.Sum(),
            queues = lengths,
        });
    }

    private async Task<IResult> DetailedAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (!faults.IsAdmin(context))
        {
            logger.LogWarning("admin health refused: no valid token");
            return Results.Json(new { detail = "Not authenticated" }, statusCode: StatusCodes.Status401Unauthorized);
        }

        var databasePart = DatabasePartAsync(cancellationToken);
        var redisPart = RedisPartAsync(cancellationToken);
        IReadOnlyDictionary<string, int> workers = new Dictionary<string, int>();
        await TryAsync("celery", async token => workers = await celery.ActiveAsync(TimeSpan.FromSeconds(1), token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        double? size = null;
        await TryAsync("storage", async token =>
        {
            await using var command = database.CreateCommand("SELECT coalesce(sum(size_bytes), 0)::float8 / 1e9 FROM videos");
            size = (double)(await command.ExecuteScalarAsync(token).ConfigureAwait(false))!;
        }, cancellationToken).ConfigureAwait(false);
        var db = await databasePart.ConfigureAwait(false);
        var cache = await redisPart.ConfigureAwait(false);
        var serving = db.Status == "healthy" && cache.Status == "healthy";
        return Answer(serving, new
        {
            status = !serving ? "unhealthy" : workers.Count == 0 || size is null ? "degraded" : "healthy",
            components = new
            {
                database = db,
                redis = cache,
                celery = new { status = workers.Count > 0 ? "healthy" : "unhealthy", active_tasks = workers.Values.Sum(), workers = workers.Count },
                storage = new { status = size is null ? "unhealthy" : "healthy", total_size_gb = Math.Round(size ?? 0, 1) },
            },
        });
    }

    private async Task<DatabasePart> DatabasePartAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        (long Used, int Maximum) connections = default;
        var reached = await TryAsync(
            "database", async token => connections = await ConnectionsAsync(token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return new DatabasePart(
            reached ? "healthy" : "unhealthy", connections.Used, connections.Maximum, Math.Round(clock.Elapsed.TotalMilliseconds, 1));
    }

    private async Task<RedisPart> RedisPartAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, string> info = [];
        var reached = await TryAsync("redis", async _ =>
        {
            var server = redis.GetServer(redis.GetEndPoints()[0]);
            info = (await server.InfoAsync().ConfigureAwait(false)).SelectMany(section => section).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        }, cancellationToken).ConfigureAwait(false);
        double Number(string name) => double.TryParse(info.GetValueOrDefault(name), CultureInfo.InvariantCulture, out var number) ? number : 0;
        var (hits, misses) = (Number("keyspace_hits"), Number("keyspace_misses"));
        return new RedisPart(
            reached ? "healthy" : "unhealthy", Math.Round(Number("used_memory") / 1048576, 1), Math.Round(Number("maxmemory") / 1048576, 1),
            hits + misses > 0 ? Math.Round(hits / (hits + misses), 2) : 0);
    }

    // True when it worked within the time; the reason goes to the application's log, as in the real backend.
    private async Task<bool> TryAsync(string part, Func<CancellationToken, Task> question, CancellationToken cancellationToken)
    {
        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            end.CancelAfter(Patience);
            await question(end.Token).WaitAsync(end.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception error)
        {
            logger.LogError("{Part} health check failed: {Message}", part, error.Message.ReplaceLineEndings(" "));
            return false;
        }
    }

    private static IResult Answer(bool healthy, object body) =>
        Results.Json(body, Json.Options, statusCode: healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);

    private sealed record DatabasePart(string Status, long Connections, int MaxConnections, double ResponseTimeMs);

    private sealed record RedisPart(string Status, double MemoryUsedMb, double MemoryMaxMb, double HitRate);
}
