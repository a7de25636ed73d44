using System.Text.Json.Nodes;

namespace CivicQ.Ops.Core.Services.Kubernetes.Objects;

/// <summary>An object of the API as it came: fields that nobody here knows stay where they are.</summary>
/// <param name="json">The object.</param>
internal class KubernetesObject(JsonObject json)
{
    /// <summary>The whole object.</summary>
    public JsonObject Json { get; } = json;

    /// <summary>Its name.</summary>
    public string Name => Json.Text("metadata", "name") ?? "";

    /// <summary>Its namespace; empty for what has none.</summary>
    public string Namespace => Json.Text("metadata", "namespace") ?? "";

    /// <summary>What tells it from another object of the same name.</summary>
    public string Uid => Json.Text("metadata", "uid") ?? "";

    /// <summary>Its version in the store.</summary>
    public string ResourceVersion => Json.Text("metadata", "resourceVersion") ?? "";

    /// <summary>How often its specification was changed.</summary>
    public long Generation => Json.Number("metadata", "generation") ?? 0;

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string> Labels => Json.Map("metadata", "labels");

    /// <summary>Its annotations.</summary>
    public IReadOnlyDictionary<string, string> Annotations => Json.Map("metadata", "annotations");

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt => Json.Time("metadata", "creationTimestamp");

    /// <summary>When it was asked to go; <see langword="null"/> while nobody did.</summary>
    public DateTimeOffset? DeletedAt => Json.Time("metadata", "deletionTimestamp");

    /// <summary>The uid of the controller that it belongs to.</summary>
    public string? ControllerUid =>
        Json.Objects("metadata", "ownerReferences").FirstOrDefault(owner => owner.Flag("controller")).Text("uid");

    /// <summary>A condition of its status.</summary>
    /// <param name="type">The condition's type.</param>
    public JsonObject? Condition(string type) =>
        Json.Objects("status", "conditions").FirstOrDefault(condition => condition.Text("type") == type);
}
