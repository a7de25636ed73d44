using System.Text.Json.Nodes;

namespace CivicQ.Ops.Core.Services.Kubernetes.Client;

/// <summary>Objects as they were at one version of the store.</summary>
/// <param name="Items">The objects.</param>
/// <param name="ResourceVersion">The version, from which a watch goes on.</param>
internal sealed record KubernetesList(IReadOnlyList<JsonObject> Items, string ResourceVersion);
