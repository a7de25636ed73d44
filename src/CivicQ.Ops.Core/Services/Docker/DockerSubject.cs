using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Services.Docker;

/// <summary>What a request is about, for its errors.</summary>
/// <param name="Name">For people: <c>container 'civicq-backend-1'</c>.</param>
/// <param name="Missing">The error where the engine does not have it.</param>
internal readonly record struct DockerSubject(string Name, ErrorDefinition Missing)
{
    /// <summary>The engine as a whole.</summary>
    public static DockerSubject Engine { get; } = new("the Docker engine", DockerErrors.RequestFailed);

    /// <summary>A container.</summary>
    public static DockerSubject Container(string name) => new($"container '{name}'", DockerErrors.ContainerNotFound);

    /// <summary>An image.</summary>
    public static DockerSubject Image(string name) => new($"image '{name}'", DockerErrors.ImageNotFound);

    /// <summary>A network.</summary>
    public static DockerSubject Network(string name) => new($"network '{name}'", DockerErrors.NetworkNotFound);
}
