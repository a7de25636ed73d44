using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Services.Docker;

/// <inheritdoc cref="IDockerClient"/>
public sealed class DockerClient : IDockerClient
{
    private const double Billion = 1e9;

    // A container's own time to stop is not told; ten seconds where nobody set another.
    private static readonly TimeSpan OwnGrace = TimeSpan.FromSeconds(60);
    private static readonly Version OneShot = new(1, 41);
    private readonly DockerConnection connection;
    private readonly DockerStreams streams;
    private readonly DockerExecution execution;

    /// <summary>Creates a client; it connects when it is first asked.</summary>
    /// <param name="endpoint">Where the engine is.</param>
    /// <param name="timeout">How long the engine may take for one answer.</param>
    public DockerClient(DockerEndpoint endpoint, TimeSpan timeout)
    {
        connection = new DockerConnection(endpoint, timeout);
        streams = new DockerStreams(connection);
        execution = new DockerExecution(connection);
    }

    /// <inheritdoc/>
    public DockerEndpoint Endpoint => connection.Endpoint;

    /// <summary>Creates a client of the engine that the options and the docker CLI's variables and files name.</summary>
    /// <param name="options">What was said explicitly.</param>
    /// <returns>The client.</returns>
    /// <exception cref="OperationException"><c>DockerEndpointInvalid</c>, <c>DockerContextInvalid</c>.</exception>
    public static DockerClient Create(DockerOptions options) => new(DockerEndpointResolver.Resolve(options), options.Timeout);

    /// <inheritdoc/>
    public async Task<DockerEngineInfo> GetEngineAsync(CancellationToken cancellationToken)
    {
        using var info = await connection.GetAsync("/info", DockerSubject.Engine, cancellationToken).ConfigureAwait(false);
        var item = info.RootElement;
        return new DockerEngineInfo
        {
            Version = item.Text("ServerVersion"),
            ApiVersion = await connection.VersionAsync(cancellationToken).ConfigureAwait(false),
            Name = item.Text("Name"),
            Processors = (int)(item.Number("NCPU") ?? 0),
            MemoryBytes = item.Number("MemTotal") ?? 0,
            CgroupVersion = item.Text("CgroupVersion"),
        };
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DockerContainer>> ListContainersAsync(IReadOnlyList<string> labels, CancellationToken cancellationToken)
    {
        var filters = labels.Count == 0 ? "" : "&filters=" + Uri.EscapeDataString(JsonSerializer.Serialize(new Dictionary<string, IReadOnlyList<string>> { ["label"] = labels }));
        using var answer = await connection.GetAsync($"/containers/json?all=1{filters}", DockerSubject.Engine, cancellationToken).ConfigureAwait(false);
        return [.. answer.RootElement.EnumerateArray().Select(DockerParser.Container)];
    }

    /// <inheritdoc/>
    public async Task<DockerContainerDetail> InspectContainerAsync(string container, CancellationToken cancellationToken)
    {
        using var answer = await connection.GetAsync($"{PathOf(container)}/json", DockerSubject.Container(container), cancellationToken).ConfigureAwait(false);
        return DockerParser.Detail(answer.RootElement);
    }

    /// <inheritdoc/>
    public Task<bool> StartAsync(string container, CancellationToken cancellationToken) =>
        connection.OrderAsync($"{PathOf(container)}/start", null, DockerSubject.Container(container), OwnGrace, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> StopAsync(string container, TimeSpan? grace, CancellationToken cancellationToken) =>
        connection.OrderAsync($"{PathOf(container)}/stop{Grace(grace)}", null, DockerSubject.Container(container), grace ?? OwnGrace, cancellationToken);

    /// <inheritdoc/>
    public Task RestartAsync(string container, TimeSpan? grace, CancellationToken cancellationToken) =>
        connection.OrderAsync($"{PathOf(container)}/restart{Grace(grace)}", null, DockerSubject.Container(container), grace ?? OwnGrace, cancellationToken);

    /// <inheritdoc/>
    public Task KillAsync(string container, string signal, CancellationToken cancellationToken) =>
        connection.OrderAsync($"{PathOf(container)}/kill?signal={Uri.EscapeDataString(signal)}", null, DockerSubject.Container(container), TimeSpan.FromSeconds(10), cancellationToken);

    /// <inheritdoc/>
    public Task RenameAsync(string container, string name, CancellationToken cancellationToken) =>
        connection.OrderAsync($"{PathOf(container)}/rename?name={Uri.EscapeDataString(name)}", null, DockerSubject.Container(container), TimeSpan.Zero, cancellationToken);

    /// <inheritdoc/>
    public async Task UpdateAsync(string container, DockerLimits limits, CancellationToken cancellationToken)
    {
        var order = new Dictionary<string, long>();
        // To the engine 0 says that nothing changes: no limit is as much as the machine has.
        var engine = limits.MemoryBytes == 0 || limits.Cores == 0 ? await GetEngineAsync(cancellationToken).ConfigureAwait(false) : null;
        if (limits.MemoryBytes is { } bytes)
        {
            order["Memory"] = bytes == 0 ? engine!.MemoryBytes : bytes;
            // As when a container is made: as much swap again. Without it a limit above the old one is refused.
            order["MemorySwap"] = order["Memory"] * 2;
        }

        if (limits.Cores is { } cores)
        {
            order["NanoCpus"] = cores == 0 ? engine!.Processors * (long)Billion : (long)Math.Round(cores * Billion);
        }

        using var answer = await connection.PostAsync($"{PathOf(container)}/update", JsonSerializer.Serialize(order), DockerSubject.Container(container), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<int> WaitAsync(string container, CancellationToken cancellationToken)
    {
        using var answer = await connection.WaitAsync($"{PathOf(container)}/wait?condition=not-running", DockerSubject.Container(container), cancellationToken).ConfigureAwait(false);
        return (int)(answer.RootElement.Number("StatusCode") ?? 0);
    }

    /// <inheritdoc/>
    public async Task<DockerNetwork> InspectNetworkAsync(string network, CancellationToken cancellationToken)
    {
        using var answer = await connection.GetAsync($"/networks/{Uri.EscapeDataString(network)}", DockerSubject.Network(network), cancellationToken).ConfigureAwait(false);
        return DockerParser.Network(answer.RootElement);
    }

    /// <inheritdoc/>
    public Task ConnectAsync(string network, string container, IReadOnlyList<string> aliases, CancellationToken cancellationToken) =>
        connection.OrderAsync(
            $"/networks/{Uri.EscapeDataString(network)}/connect", JsonSerializer.Serialize(new { Container = container, EndpointConfig = new { Aliases = aliases } }),
            DockerSubject.Network(network), TimeSpan.FromSeconds(10), cancellationToken);

    /// <inheritdoc/>
    public Task DisconnectAsync(string network, string container, CancellationToken cancellationToken) =>
        connection.OrderAsync(
            $"/networks/{Uri.EscapeDataString(network)}/disconnect", JsonSerializer.Serialize(new { Container = container, Force = false }),
            DockerSubject.Network(network), TimeSpan.FromSeconds(10), cancellationToken);

    /// <inheritdoc/>
    public async Task<DockerImage> InspectImageAsync(string image, CancellationToken cancellationToken)
    {
        using var answer = await connection.GetAsync($"/images/{Uri.EscapeDataString(image)}/json", DockerSubject.Image(image), cancellationToken).ConfigureAwait(false);
        return DockerParser.Image(answer.RootElement);
    }

    /// <inheritdoc/>
    public Task TagImageAsync(string image, string repository, string tag, CancellationToken cancellationToken) =>
        connection.OrderAsync(
            $"/images/{Uri.EscapeDataString(image)}/tag?repo={Uri.EscapeDataString(repository)}&tag={Uri.EscapeDataString(tag)}", null,
            DockerSubject.Image(image), TimeSpan.Zero, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListImageNamesAsync(string repository, CancellationToken cancellationToken)
    {
        var filters = Uri.EscapeDataString(JsonSerializer.Serialize(new Dictionary<string, IReadOnlyList<string>> { ["reference"] = [repository] }));
        using var answer = await connection.GetAsync($"/images/json?filters={filters}", DockerSubject.Engine, cancellationToken).ConfigureAwait(false);
        return
        [
            .. answer.RootElement.EnumerateArray()
                .SelectMany(image => image.TryGetProperty("RepoTags", out var names) && names.ValueKind == JsonValueKind.Array ? names.EnumerateArray().ToArray() : [])
                .Select(name => name.GetString() ?? "").Where(name => name.StartsWith(repository + ":", StringComparison.Ordinal)),
        ];
    }

    /// <inheritdoc/>
    public Task RemoveImageNameAsync(string name, CancellationToken cancellationToken) =>
        connection.ExchangeAsync(HttpMethod.Delete, $"/images/{Uri.EscapeDataString(name)}", null, DockerSubject.Image(name), TimeSpan.Zero, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<DockerEvent> ReadEventsAsync(DockerEventQuery query, CancellationToken cancellationToken) => streams.EventsAsync(query, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DockerUsage>> GetUsageAsync(IReadOnlyList<string> containers, TimeSpan interval, CancellationToken cancellationToken)
    {
        // An engine before 20.10 takes two readings itself, a second apart, for each answer: two answers then have the time between them anyway.
        var oneShot = await connection.VersionAsync(cancellationToken).ConfigureAwait(false) >= OneShot ? "&one-shot=true" : "";
        var all = await Task.WhenAll(containers.Select(OneAsync)).ConfigureAwait(false);
        return [.. all.OfType<DockerUsage>()];

        async Task<DockerUsage?> OneAsync(string container)
        {
            if (await SampleAsync(container).ConfigureAwait(false) is not { } first)
            {
                return null;
            }

            await Task.Delay(interval, cancellationToken).ConfigureAwait(false);
            return await SampleAsync(container).ConfigureAwait(false) is { } second ? second.Since(first, container) : null;
        }

        async Task<DockerSample?> SampleAsync(string container)
        {
            try
            {
                using var answer = await connection.GetAsync($"{PathOf(container)}/stats?stream=false{oneShot}", DockerSubject.Container(container), cancellationToken).ConfigureAwait(false);
                return DockerSample.Read(answer.RootElement);
            }
            catch (OperationException error) when (error.Definition == DockerErrors.ContainerNotFound)
            {
                return null;
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<LogLine> ReadLogAsync(string container, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var detail = await InspectContainerAsync(container, cancellationToken).ConfigureAwait(false);
        await foreach (var line in streams.LogAsync(detail.Id, detail.HasTerminal, query, cancellationToken).ConfigureAwait(false))
        {
            yield return line;
        }
    }

    /// <inheritdoc/>
    public Task<int> ExecuteAsync(string container, ServiceCommand command, CancellationToken cancellationToken) => execution.RunAsync(container, command, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => connection.Dispose();

    private static string PathOf(string container) => $"/containers/{Uri.EscapeDataString(container)}";

    private static string Grace(TimeSpan? grace) => grace is { } time ? string.Create(CultureInfo.InvariantCulture, $"?t={(int)Math.Ceiling(time.TotalSeconds)}") : "";
}
