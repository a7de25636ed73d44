using System.Text.Json.Nodes;

namespace CivicQ.Ops.Core.Services.Kubernetes.Client;

/// <summary>Something that happened to an object.</summary>
/// <param name="Change">What happened.</param>
/// <param name="Object">The object after it; before it, when it was deleted.</param>
internal sealed record WatchEvent(WatchChange Change, JsonObject Object);
