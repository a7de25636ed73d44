using System.Text.Json.Nodes;

namespace CivicQ.Ops.Core.Services.Kubernetes.Objects;

/// <summary>An event of the cluster.</summary>
/// <param name="json">The object.</param>
internal sealed class KubernetesEvent(JsonObject json) : KubernetesObject(json)
{
    /// <summary>Normal or Warning.</summary>
    public string Type => Json.Text("type") ?? "";

    /// <summary>Why, as one word.</summary>
    public string Reason => Json.Text("reason") ?? "";

    /// <summary>What happened.</summary>
    public string Message => Json.Text("message") ?? Json.Text("note") ?? "";

    /// <summary>The kind of what it happened to.</summary>
    public string InvolvedKind => Json.Text("involvedObject", "kind") ?? "";

    /// <summary>The name of what it happened to.</summary>
    public string InvolvedName => Json.Text("involvedObject", "name") ?? "";

    /// <summary>The uid of what it happened to.</summary>
    public string InvolvedUid => Json.Text("involvedObject", "uid") ?? "";

    /// <summary>The part of it, for example <c>spec.containers{api}</c>.</summary>
    public string? FieldPath => Json.Text("involvedObject", "fieldPath");

    /// <summary>Who said it.</summary>
    public string Source => Json.Text("source", "component") ?? Json.Text("reportingComponent") ?? "";

    /// <summary>How often it happened.</summary>
    public int Count => (int)(Json.Number("series", "count") ?? Json.Number("count") ?? 1);

    /// <summary>When it happened first.</summary>
    public DateTimeOffset FirstSeen => Json.Time("firstTimestamp") ?? Json.Time("eventTime") ?? CreatedAt ?? default;

    /// <summary>When it happened last: events of a series do not touch lastTimestamp, and new ones do not have it.</summary>
    public DateTimeOffset LastSeen =>
        Json.Time("series", "lastObservedTime") ?? Json.Time("lastTimestamp") ?? Json.Time("eventTime") ?? CreatedAt ?? default;
}
