using System.Text;
using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Services;
using CivicQ.Ops.Core.Services.Docker;
using CivicQ.Ops.Core.Services.Hosts;
using CivicQ.Ops.Core.Services.Kubernetes.Client;

namespace CivicQ.Ops.Core.Drills.Services;

/// <summary>The lab's services, opened: as the cmdlets see them, and by the platform's own API for what no cmdlet would do.</summary>
internal sealed class ServiceLab : IAsyncDisposable
{
    private readonly LabServices services;
    private readonly string id;

    private ServiceLab(DrillContext context, LabState state, IServiceHost host)
    {
        (Context, Host, id) = (context, host, state.Id);
        services = state.Services!;
    }

    /// <summary>The drill's own.</summary>
    public DrillContext Context { get; }

    /// <summary>The services as the cmdlets see them.</summary>
    public IServiceHost Host { get; }

    /// <summary>The engine, on Compose.</summary>
    public IDockerClient? Engine { get; private init; }

    /// <summary>The namespace, on Kubernetes.</summary>
    public IKubernetesClient? Cluster { get; private init; }

    /// <summary>Opens them.</summary>
    /// <exception cref="OperationException">What is wrong with the kubeconfig or the engine's address.</exception>
    public static async Task<ServiceLab> OpenAsync(DrillContext context, CancellationToken cancellationToken)
    {
        var state = context.State;
        var services = state.Services ?? throw DrillService.NoLab();
        var host = await ServiceHosts.OpenAsync(context.Environment, cancellationToken).ConfigureAwait(false);
        try
        {
            return services.Platform == ServicePlatform.Compose
                ? new ServiceLab(context, state, host) { Engine = LabCompose.Open(services) }
                : new ServiceLab(context, state, host) { Cluster = await LabNamespace.OpenAsync(services, cancellationToken).ConfigureAwait(false) };
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A service.</summary>
    public async Task<ServiceInfo> ServiceAsync(string name, CancellationToken cancellationToken) =>
        (await Host.GetServicesAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(service => service.Service == name)
        ?? throw new OperationException(ServiceErrors.NotFound, $"The lab's service '{name}' is gone.", name);

    /// <summary>The instances of a service, without those that are being stopped.</summary>
    public async Task<IReadOnlyList<ServiceInstance>> InstancesAsync(string service, CancellationToken cancellationToken)
    {
        var found = await ServiceAsync(service, cancellationToken).ConfigureAwait(false);
        var instances = await Host.GetInstancesAsync([found], cancellationToken).ConfigureAwait(false);
        return [.. instances.Where(instance => instance.State != ServiceInstanceState.Stopping)];
    }

    /// <summary>Runs a line of the shell within an instance.</summary>
    /// <exception cref="OperationException"><c>DrillNotVisible</c>: it failed there.</exception>
    public async Task RunAsync(ServiceInstance instance, string script, CancellationToken cancellationToken)
    {
        var words = new StringBuilder();
        ValueTask Keep(ReadOnlyMemory<byte> text, CancellationToken token)
        {
            words.Append(Encoding.UTF8.GetString(text.Span));
            return default;
        }

        var code = await Host.ExecuteAsync(instance, new ServiceCommand { Arguments = ["sh", "-c", script], Output = Keep, Error = Keep }, cancellationToken).ConfigureAwait(false);
        if (code != 0)
        {
            throw new OperationException(DrillErrors.NotVisible, $"What the drill ran in {instance.Instance} ended with {code}: {words.ToString().Trim()}", instance.Instance);
        }
    }

    /// <summary>Changes the container of a deployment, and fields beside its template.</summary>
    public Task PatchAsync(string service, JsonObject container, JsonObject? specification, CancellationToken cancellationToken)
    {
        container["name"] = service;
        var patch = specification ?? [];
        patch["template"] = new JsonObject { ["spec"] = new JsonObject { ["containers"] = new JsonArray(container) } };
        return Cluster!.PatchAsync(KubernetesResource.Deployments, service, part: null, PatchKind.Strategic, new JsonObject { ["spec"] = patch }, dryRun: false, cancellationToken);
    }

    /// <summary>Gives a deployment back what the lab made it with.</summary>
    public Task RestoreAsync(string service, CancellationToken cancellationToken) => LabNamespace.RestoreAsync(Cluster!, services, id, service, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Engine?.Dispose();
        Cluster?.Dispose();
        await Host.DisposeAsync().ConfigureAwait(false);
    }
}
