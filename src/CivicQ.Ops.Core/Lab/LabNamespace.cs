using System.Globalization;
using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services.Kubernetes.Client;
using CivicQ.Ops.Core.Services.Kubernetes.Configuration;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Lab;

/// <summary>The lab's services in a namespace of a cluster for practice.</summary>
internal static class LabNamespace
{
    private const string DefaultImage = "busybox:1.37";
    private const int StandardDeadlineSeconds = 600;
    private static readonly TimeSpan Going = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(250);
    private static readonly KubernetesResource Namespaces = new("Namespace", "api/v1", "namespaces", IsNamespaced: false);

    /// <summary>The cluster.</summary>
    public static async Task<IKubernetesClient> OpenAsync(LabServices services, CancellationToken cancellationToken) => await KubernetesClient.OpenAsync(
        new KubernetesOptions { Files = services.Files, Context = services.Context, Namespace = services.Name }, cancellationToken).ConfigureAwait(false);

    /// <summary>Makes the namespace and the deployments in it.</summary>
    /// <exception cref="OperationException">One of <see cref="KubernetesErrors"/>.</exception>
    public static async Task StartAsync(LabServices services, string id, CancellationToken cancellationToken)
    {
        using var client = await OpenAsync(services, cancellationToken).ConfigureAwait(false);
        var space = new JsonObject
        {
            ["apiVersion"] = "v1", ["kind"] = "Namespace",
            ["metadata"] = new JsonObject { ["name"] = services.Name, ["labels"] = new JsonObject { [LabServices.Label] = id } },
        };
        await client.CreateAsync(Namespaces, space, dryRun: false, cancellationToken).ConfigureAwait(false);
        foreach (var spec in LabServiceSpec.All)
        {
            var deployment = new JsonObject
            {
                ["apiVersion"] = "apps/v1", ["kind"] = "Deployment",
                ["metadata"] = new JsonObject { ["name"] = spec.Name, ["labels"] = Labels(id, spec) },
                ["spec"] = Specification(services, id, spec),
            };
            await client.CreateAsync(KubernetesResource.Deployments, deployment, dryRun: false, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Gives a deployment back what it had at the start; one that has it still is left as it is.</summary>
    /// <exception cref="OperationException">One of <see cref="KubernetesErrors"/>.</exception>
    public static async Task RestoreAsync(IKubernetesClient client, LabServices services, string id, string service, CancellationToken cancellationToken) =>
        await client.PatchAsync(
            KubernetesResource.Deployments, service, part: null, PatchKind.Merge, new JsonObject { ["spec"] = Specification(services, id, LabServiceSpec.Named(service)) }, dryRun: false,
            cancellationToken).ConfigureAwait(false);

    /// <summary>Removes the namespace, where it carries this lab's id, and waits until it is gone.</summary>
    /// <exception cref="OperationException">One of <see cref="KubernetesErrors"/>.</exception>
    public static async Task StopAsync(LabServices services, string id, CancellationToken cancellationToken)
    {
        using var client = await OpenAsync(services, cancellationToken).ConfigureAwait(false);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Going);
        try
        {
            var space = new KubernetesObject(await client.ReadAsync(Namespaces, services.Name, cancellationToken).ConfigureAwait(false));
            if (space.Labels.GetValueOrDefault(LabServices.Label) != id)
            {
                return;
            }

            await client.DeleteAsync(Namespaces, services.Name, dryRun: false, cancellationToken).ConfigureAwait(false);
            while (true)
            {
                await Task.Delay(Between, limit.Token).ConfigureAwait(false);
                await client.ReadAsync(Namespaces, services.Name, limit.Token).ConfigureAwait(false);
            }
        }
        catch (OperationException error) when (error.Definition == KubernetesErrors.ObjectNotFound)
        {
            // It is gone.
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The cluster goes on removing it.
        }
    }

    private static JsonObject Labels(string id, LabServiceSpec spec) => new() { ["app"] = spec.Name, [LabServices.Label] = id };

    private static JsonObject Specification(LabServices services, string id, LabServiceSpec spec)
    {
        var container = new JsonObject
        {
            ["name"] = spec.Name,
            ["image"] = services.Image ?? DefaultImage,
            ["imagePullPolicy"] = "IfNotPresent",
            ["command"] = new JsonArray("sh", "-c", spec.Script),
            ["env"] = new JsonArray(new JsonObject { ["name"] = LabServiceSpec.Broker, ["value"] = "" }),
            ["resources"] = new JsonObject
            {
                ["requests"] = new JsonObject { ["cpu"] = "10m", ["memory"] = "8Mi" },
                ["limits"] = new JsonObject { ["memory"] = spec.MemoryBytes.ToString(CultureInfo.InvariantCulture) },
            },
        };
        if (spec.IsProbed)
        {
            container["readinessProbe"] = new JsonObject
            {
                ["httpGet"] = new JsonObject { ["path"] = "/health", ["port"] = LabServiceSpec.BackendPort }, ["periodSeconds"] = 1, ["timeoutSeconds"] = 10,
            };
        }

        return new JsonObject
        {
            ["replicas"] = spec.Replicas,
            ["progressDeadlineSeconds"] = StandardDeadlineSeconds,
            ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = spec.Name } },
            ["template"] = new JsonObject
            {
                ["metadata"] = new JsonObject { ["labels"] = Labels(id, spec) },
                ["spec"] = new JsonObject { ["terminationGracePeriodSeconds"] = 1, ["automountServiceAccountToken"] = false, ["containers"] = new JsonArray(container) },
            },
        };
    }
}
