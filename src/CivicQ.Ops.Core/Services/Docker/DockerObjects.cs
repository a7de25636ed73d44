using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Services.Docker;

/// <summary>Makes and removes containers, networks and images. Only the lab does so: everything else goes through Compose.</summary>
internal sealed class DockerObjects : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);
    private readonly DockerConnection connection;

    private DockerObjects(DockerConnection connection) => this.connection = connection;

    /// <summary>Creates it; it connects when it is first asked.</summary>
    /// <param name="options">Which engine.</param>
    /// <returns>The maker.</returns>
    /// <exception cref="OperationException"><c>DockerEndpointInvalid</c>, <c>DockerContextInvalid</c>.</exception>
    public static DockerObjects Create(DockerOptions options) => new(new DockerConnection(DockerEndpointResolver.Resolve(options), options.Timeout));

    /// <summary>Makes an image of a file system.</summary>
    /// <param name="name">Its name; the tag is <c>latest</c>.</param>
    /// <param name="archive">The file system as a tar archive.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The running work.</returns>
    public async Task ImportImageAsync(string name, Stream archive, CancellationToken cancellationToken)
    {
        using var content = new StreamContent(archive);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-tar");
        var told = await connection.ExchangeAsync(
            HttpMethod.Post, $"/images/create?fromSrc=-&repo={Uri.EscapeDataString(name)}&tag=latest", content, DockerSubject.Image(name), Long, cancellationToken).ConfigureAwait(false);

        // It goes wrong in the middle of an answer that began well.
        if (told.Contains("\"error\"", StringComparison.Ordinal))
        {
            throw new OperationException(DockerErrors.RequestFailed, $"Image '{name}' on {connection.Endpoint.Address}: {told.Trim()}", name);
        }
    }

    /// <summary>Makes a network without a way out.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="labels">Its labels.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The running work.</returns>
    public Task CreateNetworkAsync(string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Post, "/networks/create", JsonSerializer.Serialize(new { Name = name, CheckDuplicate = true, Internal = true, Labels = labels }), DockerSubject.Network(name), cancellationToken);

    /// <summary>Makes a container, and does not start it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="specification">What the engine's API wants to know of it, as JSON.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The running work.</returns>
    public Task CreateContainerAsync(string name, string specification, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"/containers/create?name={Uri.EscapeDataString(name)}", specification, DockerSubject.Container(name), cancellationToken);

    /// <summary>Removes a container, running or not, with its volumes. There need not be one.</summary>
    /// <param name="container">The container.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The running work.</returns>
    public Task RemoveContainerAsync(string container, CancellationToken cancellationToken) => RemoveAsync($"/containers/{Uri.EscapeDataString(container)}?force=1&v=1", DockerSubject.Container(container), cancellationToken);

    /// <summary>Removes a network. There need not be one.</summary>
    /// <param name="network">The network.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The running work.</returns>
    public Task RemoveNetworkAsync(string network, CancellationToken cancellationToken) => RemoveAsync($"/networks/{Uri.EscapeDataString(network)}", DockerSubject.Network(network), cancellationToken);

    /// <summary>Removes an image's name, and the image where it has no other. There need not be one.</summary>
    /// <param name="image">The image.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The running work.</returns>
    public Task RemoveImageAsync(string image, CancellationToken cancellationToken) => RemoveAsync($"/images/{Uri.EscapeDataString(image)}", DockerSubject.Image(image), cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => connection.Dispose();

    private async Task RemoveAsync(string path, DockerSubject subject, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(HttpMethod.Delete, path, null, subject, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException error) when (error.Definition == subject.Missing)
        {
            // It is gone already.
        }
    }

    private async Task SendAsync(HttpMethod method, string path, string? body, DockerSubject subject, CancellationToken cancellationToken)
    {
        using var content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        await connection.ExchangeAsync(method, path, content, subject, Long, cancellationToken).ConfigureAwait(false);
    }
}
