using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services.Kubernetes.Client;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Services.Kubernetes;

/// <summary>Patches a workload as it was seen: what somebody else changed meanwhile is not written over, and a status that moved on is no change.</summary>
internal static class GuardedPatch
{
    private const int MaximumTries = 10;

    /// <summary>Patches.</summary>
    /// <param name="client">The cluster.</param>
    /// <param name="service">The service.</param>
    /// <param name="planned">The workload as it was when the patch was worked out.</param>
    /// <param name="kind">How the patch is to be read.</param>
    /// <param name="patch">Makes the patch; it must hold the version of what it gets.</param>
    /// <param name="dryRun">True to have the server check it only.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The running work.</returns>
    /// <exception cref="OperationException"><see cref="ServiceErrors.Changed"/>.</exception>
    public static async Task ApplyAsync(
        IKubernetesClient client, ServiceInfo service, KubernetesObject planned, PatchKind kind, Func<KubernetesObject, JsonNode> patch, bool dryRun, CancellationToken cancellationToken)
    {
        var resource = ServiceSnapshot.Resource(service.Kind);
        var seen = planned;
        for (var tries = 1; ; tries++)
        {
            try
            {
                await client.PatchAsync(resource, seen.Name, part: null, kind, patch(seen), dryRun, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (OperationException error) when (tries < MaximumTries
                && (error.Definition == KubernetesErrors.Conflict || error.Definition == KubernetesErrors.RequestInvalid))
            {
                // A test that failed is told as a request that cannot be carried out: what there is now says whether it was one.
                var now = new KubernetesObject(await client.ReadAsync(resource, seen.Name, cancellationToken).ConfigureAwait(false));
                if (now.ResourceVersion == seen.ResourceVersion)
                {
                    throw;
                }

                if (now.Uid != planned.Uid || now.Generation != planned.Generation
                    || !JsonNode.DeepEquals(now.Json.At("metadata", "annotations"), planned.Json.At("metadata", "annotations")))
                {
                    throw new OperationException(
                        ServiceErrors.Changed, $"{seen.Name} was changed by somebody else after the plan was made; nothing was done.", service.Service, error);
                }

                // Only its status has moved on.
                seen = now;
            }
        }
    }
}
