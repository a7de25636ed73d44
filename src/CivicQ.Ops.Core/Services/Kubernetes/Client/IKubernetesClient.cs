using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Services.Kubernetes.Client;

/// <summary>
/// One namespace of a cluster, over its REST API. Every member fails with an <see cref="OperationException"/> of <see cref="KubernetesErrors"/>.
/// Behind this interface the package KubernetesClient can take over.
/// </summary>
internal interface IKubernetesClient : IDisposable
{
    /// <summary>The API server.</summary>
    Uri Server { get; }

    /// <summary>The context's name.</summary>
    string Context { get; }

    /// <summary>The namespace that all calls mean.</summary>
    string Namespace { get; }

    /// <summary>Reads any path of the API.</summary>
    /// <param name="path">The path without a slash before it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<JsonObject> GetAsync(string path, CancellationToken cancellationToken);

    /// <summary>Reads one object.</summary>
    Task<JsonObject> ReadAsync(KubernetesResource resource, string name, CancellationToken cancellationToken);

    /// <summary>Reads objects, page by page.</summary>
    Task<KubernetesList> ListAsync(KubernetesResource resource, ObjectSelection selection, CancellationToken cancellationToken);

    /// <summary>Changes an object.</summary>
    /// <param name="resource">Its kind.</param>
    /// <param name="name">Its name.</param>
    /// <param name="part">A part of it such as <c>scale</c>, or <see langword="null"/>.</param>
    /// <param name="kind">How the patch is to be read.</param>
    /// <param name="patch">The patch.</param>
    /// <param name="dryRun">True to have the server check it all and store nothing.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The object, or its part, as it is or would be.</returns>
    Task<JsonObject> PatchAsync(
        KubernetesResource resource, string name, string? part, PatchKind kind, JsonNode patch, bool dryRun, CancellationToken cancellationToken);

    /// <summary>Makes an object.</summary>
    Task<JsonObject> CreateAsync(KubernetesResource resource, JsonObject item, bool dryRun, CancellationToken cancellationToken);

    /// <summary>Removes an object.</summary>
    Task DeleteAsync(KubernetesResource resource, string name, bool dryRun, CancellationToken cancellationToken);

    /// <summary>
    /// Follows objects: first all that there are, then what happens to them. Goes on by itself after a cut connection, and after the server's
    /// forgetting (410) with what is different since; gives up when the server stays away.
    /// </summary>
    IAsyncEnumerable<WatchEvent> WatchAsync(KubernetesResource resource, ObjectSelection selection, CancellationToken cancellationToken);

    /// <summary>Opens a container's log.</summary>
    /// <returns>Lines that begin with their time; the caller disposes of it.</returns>
    Task<Stream> OpenLogAsync(string pod, PodLogQuery query, CancellationToken cancellationToken);

    /// <summary>Runs a program in a container.</summary>
    /// <returns>Its exit code.</returns>
    Task<int> ExecuteAsync(string pod, ServiceCommand command, CancellationToken cancellationToken);
}
