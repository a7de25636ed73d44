using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Services;
using CivicQ.Ops.Core.Services.Hosts;

namespace CivicQ.Ops.Core.Lab;

/// <summary>Starts, stops and describes the lab's services, on either platform.</summary>
internal static class LabPlatform
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Removal = TimeSpan.FromMinutes(3);

    /// <summary>The part <c>services</c> of the environment <c>lab</c>.</summary>
    public static ServicesSettings Settings(LabServices services) => services.Platform == ServicePlatform.Compose
        ? new ServicesSettings { Compose = new ComposeSettings { Project = services.Name, Host = services.DockerHost } }
        : new ServicesSettings { Kubernetes = new KubernetesSettings { Files = services.Files, Context = services.Context, Namespace = services.Name } };

    /// <summary>Starts them and waits until all are ready.</summary>
    /// <exception cref="OperationException"><c>LabServerStartFailed</c>, <c>LabServerNotInstalled</c>, or the platform's own.</exception>
    public static async Task StartAsync(LabServices services, string id, TimeSpan timeout, IOperationReporter reporter, CancellationToken cancellationToken)
    {
        reporter.Verbose($"Services: making {services.Address}.");
        await (services.Platform == ServicePlatform.Compose ? LabCompose.StartAsync(services, id, cancellationToken) : LabNamespace.StartAsync(services, id, cancellationToken))
            .ConfigureAwait(false);
        var host = await OpenAsync(services, reporter, cancellationToken).ConfigureAwait(false);
        await using var closing = host.ConfigureAwait(false);
        var all = await host.GetServicesAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await Task.WhenAll(all.Select(service => RolloutWaiter.WaitAsync(host, service, null, timeout, reporter, cancellationToken))).ConfigureAwait(false);
        }
        catch (OperationException error) when (error.Definition == ServiceErrors.RolloutFailed || error.Definition == ServiceErrors.RolloutTimedOut)
        {
            throw new OperationException(LabErrors.ServerStartFailed, $"The services in {services.Address} did not become ready. {error.Message}", nameof(LabServerKind.Services), error);
        }
    }

    /// <summary>Removes them. A platform that does not answer keeps nobody from stopping the rest: what may be left is named.</summary>
    public static async Task StopAsync(LabServices services, string id, IOperationReporter reporter)
    {
        using var limit = new CancellationTokenSource(Removal);
        try
        {
            reporter.Verbose($"Services: removing {services.Address}.");
            await (services.Platform == ServicePlatform.Compose ? LabCompose.StopAsync(services, id, limit.Token) : LabNamespace.StopAsync(services, id, limit.Token)).ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationException or OperationCanceledException)
        {
            var command = services.Platform == ServicePlatform.Compose
                ? $"docker rm -fv $(docker ps -aq --filter label={LabServices.Label}={id})"
                : $"kubectl delete namespace {services.Name} --context {services.Context}";
            reporter.Warning($"The lab's services may still be there ({services.Address}): {error.Message} This removes them: {command}");
        }
    }

    /// <summary>Describes them as they are now.</summary>
    public static async Task<LabServer> DescribeAsync(LabState state, LabServices services, IOperationReporter reporter, CancellationToken cancellationToken)
    {
        var server = new LabServer { Name = LabServerKind.Services, Status = LabServerStatus.Stopped, Detail = services.Detail };
        if (!services.IsStarted)
        {
            return server;
        }

        try
        {
            var host = await OpenAsync(services, reporter, cancellationToken).ConfigureAwait(false);
            await using var closing = host.ConfigureAwait(false);
            var all = await host.GetServicesAsync(cancellationToken).ConfigureAwait(false);
            return server with
            {
                Status = all.Any(service => service.Ready > 0) ? LabServerStatus.Running : LabServerStatus.Stopped,
                StartedAt = state.StartedAt,
                Detail = $"{string.Join(", ", all.Select(service => service.Service))}: {services.Address}",
            };
        }
        catch (OperationException error)
        {
            return server with { Detail = $"{services.Address}: {error.Message}" };
        }
    }

    private static Task<IServiceHost> OpenAsync(LabServices services, IOperationReporter reporter, CancellationToken cancellationToken) => ServiceHosts.OpenAsync(
        new EnvironmentContext(new CivicQEnvironment { Name = LabEnvironment.Name, Source = "", Services = Settings(services) }, new SecretResolver(), reporter) { Timeout = Patience }, cancellationToken);
}
