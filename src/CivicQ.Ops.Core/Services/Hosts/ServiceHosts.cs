using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services.Compose;
using CivicQ.Ops.Core.Services.Kubernetes;
using CivicQ.Ops.Core.Services.Kubernetes.Client;

namespace CivicQ.Ops.Core.Services.Hosts;

/// <summary>Finds what runs the services of an environment.</summary>
public static class ServiceHosts
{
    /// <summary>Opens the environment's Compose project or Kubernetes namespace. Nothing is asked of it yet.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The host; the caller disposes of it.</returns>
    /// <exception cref="OperationException"><see cref="ServiceErrors.NotConfigured"/>, or what is wrong with the kubeconfig or the Docker context.</exception>
    public static async Task<IServiceHost> OpenAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Environment.Services switch
        {
            { Kubernetes: not null } services => await KubernetesServiceHost.OpenAsync(
                context.Name, services, context.Timeout, context.Memory?.Get<KubernetesConnections>(), cancellationToken).ConfigureAwait(false),
            { Compose: not null } => new ComposeHost(context),
            _ => throw new OperationException(ServiceErrors.NotConfigured, $"Environment '{context.Name}' does not say what runs its services.", context.Name),
        };
    }

    /// <summary>Finds a ready instance of a service to run something in.</summary>
    /// <param name="host">What runs the services.</param>
    /// <param name="service">The service's name.</param>
    /// <param name="purpose">What it is to run, for the message.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The instance.</returns>
    /// <exception cref="OperationException"><see cref="ServiceErrors.InstanceNotRunning"/>, or there is no such service.</exception>
    internal static async Task<ServiceInstance> ReadyInstanceAsync(IServiceHost host, string service, string purpose, CancellationToken cancellationToken)
    {
        var services = await host.GetServicesAsync(cancellationToken).ConfigureAwait(false);
        var selected = ServiceSelection.Select(host, services, [service], error => throw error);
        var instances = await host.GetInstancesAsync(selected, cancellationToken).ConfigureAwait(false);
        return instances.FirstOrDefault(instance => instance.IsReady) ?? throw new OperationException(
            ServiceErrors.InstanceNotRunning,
            $"No instance of {service} is ready to run {purpose} ({host.Address}). {string.Join(' ', instances.Select(instance => $"{instance.Instance}: {instance.Reason}"))}".TrimEnd(), service);
    }
}
