using System.Text.Json.Nodes;

namespace CivicQ.Ops.Core.Queue;

/// <summary>A question to Celery's workers.</summary>
/// <param name="Method">The name of the control command: ping, active, stats, revoke …</param>
public sealed record CeleryRequest(string Method)
{
    /// <summary>The command's arguments.</summary>
    public JsonObject Arguments { get; init; } = [];

    /// <summary>The workers to ask (<c>worker@host</c>); all of them when empty.</summary>
    public IReadOnlyList<string> Destination { get; init; } = [];
}
