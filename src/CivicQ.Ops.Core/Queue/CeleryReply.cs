using System.Text.Json.Nodes;

namespace CivicQ.Ops.Core.Queue;

/// <summary>What one worker answered.</summary>
/// <param name="Worker">The worker's node name, <c>worker@host</c>.</param>
/// <param name="Body">Its answer, of a form that the command decides.</param>
public sealed record CeleryReply(string Worker, JsonNode? Body);
