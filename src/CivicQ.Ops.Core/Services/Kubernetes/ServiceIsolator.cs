using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services.Kubernetes.Client;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Services.Kubernetes;

/// <summary>Cuts a service off with a network policy that allows nothing, and takes it away again.</summary>
/// <param name="client">The cluster.</param>
internal sealed class ServiceIsolator(IKubernetesClient client)
{
    private const string Prefix = "civicq-isolate-";

    /// <summary>Cuts off, or puts back. What is so already stays so.</summary>
    /// <param name="service">The service.</param>
    /// <param name="isolate">True to cut off.</param>
    /// <param name="dryRun">True to have the server check it only.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>What was done.</returns>
    public async Task<ServiceIsolation> ApplyAsync(ServiceInfo service, bool isolate, bool dryRun, CancellationToken cancellationToken)
    {
        var name = Prefix + service.PlatformName;
        var snapshot = await ServiceSnapshot.ReadAsync(client, service, cancellationToken).ConfigureAwait(false);
        var workload = snapshot.Workloads[0];
        try
        {
            if (isolate)
            {
                await client.CreateAsync(KubernetesResource.NetworkPolicies, Policy(name, workload), dryRun, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await client.DeleteAsync(KubernetesResource.NetworkPolicies, name, dryRun, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationException error) when (error.Definition == (isolate ? KubernetesErrors.ObjectExists : KubernetesErrors.ObjectNotFound))
        {
            // It is so already.
        }

        return new ServiceIsolation
        {
            Environment = service.Environment,
            Service = service.Service,
            IsIsolated = isolate,
            Means = $"NetworkPolicy/{name}, which holds where the cluster's network enforces policies",
            Instances = [.. snapshot.Pods(workload).Select(pair => pair.Pod.Name)],
        };
    }

    private static JsonObject Policy(string name, Workload workload) => new()
    {
        ["apiVersion"] = "networking.k8s.io/v1",
        ["kind"] = "NetworkPolicy",
        ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["app.kubernetes.io/managed-by"] = KubernetesClient.FieldManager } },
        ["spec"] = new JsonObject
        {
            ["podSelector"] = workload.Json.At("spec", "selector")?.DeepClone() ?? new JsonObject(),
            ["policyTypes"] = new JsonArray("Ingress", "Egress"),
        },
    };
}
