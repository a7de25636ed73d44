using System.Text.Json;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services.Docker;

namespace CivicQ.Ops.Core.Lab;

/// <summary>The lab's services on a Docker engine: containers with Compose's labels in a network of their own.</summary>
internal static class LabCompose
{
    private const string LabelPrefix = "com.docker.compose.";
    private const long Second = 1_000_000_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The engine.</summary>
    public static DockerClient Open(LabServices services) => DockerClient.Create(Options(services));

    /// <summary>Makes image, network and containers, and starts these.</summary>
    /// <exception cref="OperationException"><c>LabServerNotInstalled</c>, one of <see cref="DockerErrors"/>.</exception>
    public static async Task StartAsync(LabServices services, string id, CancellationToken cancellationToken)
    {
        using var objects = DockerObjects.Create(Options(services));
        using var client = Open(services);
        var image = services.Image;
        if (image is null)
        {
            using var archive = await LabBusybox.ArchiveAsync(cancellationToken).ConfigureAwait(false);
            await objects.ImportImageAsync(services.Name, archive, cancellationToken).ConfigureAwait(false);
            image = services.Name;
        }

        await objects.CreateNetworkAsync(Network(services), Labels(services, id), cancellationToken).ConfigureAwait(false);
        foreach (var spec in LabServiceSpec.All)
        {
            for (var number = 1; number <= spec.Replicas; number++)
            {
                var name = FormattableString.Invariant($"{services.Name}-{spec.Name}-{number}");
                await objects.CreateContainerAsync(name, Container(services, id, spec, number, image), cancellationToken).ConfigureAwait(false);
                await client.StartAsync(name, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Removes what carries this lab's id, and nothing else.</summary>
    /// <exception cref="OperationException">One of <see cref="DockerErrors"/>.</exception>
    public static async Task StopAsync(LabServices services, string id, CancellationToken cancellationToken)
    {
        using var client = Open(services);
        using var objects = DockerObjects.Create(Options(services));
        foreach (var container in await client.ListContainersAsync([$"{LabServices.Label}={id}"], cancellationToken).ConfigureAwait(false))
        {
            await objects.RemoveContainerAsync(container.Id, cancellationToken).ConfigureAwait(false);
        }

        // By names that hold a part of the lab's id.
        await objects.RemoveNetworkAsync(Network(services), cancellationToken).ConfigureAwait(false);
        if (services.Image is null)
        {
            await objects.RemoveImageAsync(services.Name, cancellationToken).ConfigureAwait(false);
        }
    }

    private static DockerOptions Options(LabServices services) => new() { Host = services.DockerHost, Timeout = Patience };

    private static string Network(LabServices services) => $"{services.Name}_default";

    private static Dictionary<string, string> Labels(LabServices services, string id) => new() { [LabServices.Label] = id, [$"{LabelPrefix}project"] = services.Name };

    private static string Container(LabServices services, string id, LabServiceSpec spec, int number, string image)
    {
        var labels = Labels(services, id);
        labels[$"{LabelPrefix}service"] = spec.Name;
        labels[$"{LabelPrefix}container-number"] = FormattableString.Invariant($"{number}");
        labels[$"{LabelPrefix}oneoff"] = "False";
        return JsonSerializer.Serialize(new
        {
            Image = image,
            Cmd = new[] { "sh", "-c", spec.Script },
            Env = new[] { $"{LabServiceSpec.Broker}={LabServiceSpec.Redis}" },
            Labels = labels,
            StopTimeout = 1,
            Healthcheck = spec.IsProbed
                ? new { Test = new[] { "CMD", "wget", "-q", "-O", "/dev/null", FormattableString.Invariant($"http://127.0.0.1:{LabServiceSpec.BackendPort}/health") }, Interval = Second, Timeout = 10 * Second, Retries = 3 }
                : null,
            HostConfig = new { Memory = spec.MemoryBytes, NetworkMode = Network(services), RestartPolicy = new { Name = "unless-stopped" } },
            NetworkingConfig = new { EndpointsConfig = new Dictionary<string, object> { [Network(services)] = new { Aliases = new[] { spec.Name } } } },
        });
    }
}
