using Npgsql;
using StackExchange.Redis;

namespace CivicQ.Lab;

/// <summary>A few routes of CivicQ's API, read from the database, and the site's page.</summary>
/// <param name="database">The database.</param>
/// <param name="redis">The cache.</param>
internal sealed class ContentEndpoints(NpgsqlDataSource database, IConnectionMultiplexer redis)
{
    private const string Page = """
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><title>CivicQ</title></head>
        <body><div id="root"><h1>CivicQ</h1><p>Ask the candidates on your ballot.</p></div></body>
        </html>
        """;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/", ["GET", "HEAD"], () => Results.Content(Page, "text/html; charset=utf-8"));
        routes.MapGet("/api/v1/questions", (int? limit, CancellationToken token) => CachedAsync(
            $"cache:questions:top:{Limit(limit)}",
            """
            SELECT coalesce(json_agg(q), '[]') FROM (
                SELECT id, contest_id, question_text, status, upvotes, downvotes, created_at FROM questions ORDER BY rank_score DESC LIMIT $1) q
            """,
            Limit(limit), token));
        routes.MapGet("/api/v1/questions/{id:int}", (int id, CancellationToken token) => OneAsync(
            "SELECT row_to_json(q) FROM (SELECT id, contest_id, question_text, status, upvotes, downvotes, created_at FROM questions WHERE id = $1) q", id, token));
        routes.MapGet("/api/v1/contests", (int? limit, CancellationToken token) => CachedAsync(
            $"cache:contests:{Limit(limit)}",
            "SELECT coalesce(json_agg(c), '[]') FROM (SELECT id, title, jurisdiction, election_date FROM contests ORDER BY election_date, id LIMIT $1) c",
            Limit(limit), token));
        routes.MapGet("/api/v1/contests/{id:int}/candidates", (int id, CancellationToken token) => OneAsync(
            "SELECT coalesce(json_agg(c), '[]') FROM (SELECT id, name, party FROM candidates WHERE contest_id = $1 ORDER BY name) c", id, token));
    }

    private static int Limit(int? limit) => Math.Clamp(limit ?? 20, 1, 100);

    private async Task<IResult> CachedAsync(string key, string query, int limit, CancellationToken cancellationToken)
    {
        var cache = redis.GetDatabase();
        try
        {
            if (await cache.StringGetAsync(key).ConfigureAwait(false) is { HasValue: true } found)
            {
                return Results.Content(found!, "application/json");
            }
        }
        catch (RedisException)
        {
            // Without its cache the API is slower, not down.
        }

        var text = await QueryAsync(query, limit, cancellationToken).ConfigureAwait(false);
        cache.StringSet(key, text, TimeSpan.FromMinutes(5), When.Always, CommandFlags.FireAndForget);
        return Results.Content(text!, "application/json");
    }

    private async Task<IResult> OneAsync(string query, int id, CancellationToken cancellationToken) =>
        await QueryAsync(query, id, cancellationToken).ConfigureAwait(false) is { } text
            ? Results.Content(text, "application/json")
            : Results.Json(new { detail = "Not Found" }, statusCode: StatusCodes.Status404NotFound);

    private async Task<string?> QueryAsync(string query, int argument, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(query);
        command.Parameters.Add(new NpgsqlParameter { Value = argument });
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as string;
    }
}
