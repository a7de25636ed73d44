using System.Security.Cryptography;
using System.Text;

namespace CivicQ.Lab;

/// <summary>Makes the API and the site fail on request, for drills and tests: <c>POST /lab/fault?mode=…&amp;path=…&amp;seconds=…</c></summary>
/// <param name="adminToken">The bearer token that may switch.</param>
/// <param name="logger">The application's log.</param>
internal sealed class FaultSwitch(string adminToken, ILogger logger)
{
    private static readonly string[] Modes = ["none", "error", "hang", "garbage", "slow", "reset"];
    private volatile Fault current = new("none", "/", 0);

    /// <summary>Handles one request: fails it when its path is under the fault.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var fault = current;
        if (fault.Mode == "none" || context.Request.Path.StartsWithSegments("/lab", StringComparison.Ordinal) || !context.Request.Path.Value!.StartsWith(fault.Path, StringComparison.Ordinal))
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        switch (fault.Mode)
        {
            case "error":
                logger.LogError("Unhandled exception while serving {Path}: connection pool exhausted", context.Request.Path.Value);
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                await context.Response.WriteAsJsonAsync(new { detail = "Internal Server Error" }, context.RequestAborted).ConfigureAwait(false);
                break;
            case "hang":
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            case "garbage":
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync("{\"status\": \"hea\u0000<html>\u0001", context.RequestAborted).ConfigureAwait(false);
                break;
            case "reset":
                context.Abort();
                break;
            default:
                await Task.Delay(TimeSpan.FromSeconds(fault.Seconds), context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await next(context).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>Switches.</summary>
    public IResult Set(HttpContext context, string mode, string? path, double? seconds)
    {
        if (!IsAdmin(context))
        {
            return Results.Json(new { detail = "Not authenticated" }, statusCode: StatusCodes.Status401Unauthorized);
        }

        if (!Modes.Contains(mode, StringComparer.Ordinal))
        {
            return Results.Json(new { detail = "mode is one of " + string.Join(", ", Modes) }, statusCode: StatusCodes.Status422UnprocessableEntity);
        }

        path ??= "/";
        seconds ??= 2;
        current = new Fault(mode, path, seconds.Value);
        return Results.Json(new { mode, path, seconds });
    }

    /// <summary>True when the request carries the administrator's token.</summary>
    public bool IsAdmin(HttpContext context) => CryptographicOperations.FixedTimeEquals(
        Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString()), Encoding.UTF8.GetBytes("Bearer " + adminToken));

    private sealed record Fault(string Mode, string Path, double Seconds);
}
