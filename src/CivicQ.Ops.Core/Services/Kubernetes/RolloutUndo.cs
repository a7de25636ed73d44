using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services.Kubernetes.Client;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Services.Kubernetes;

/// <summary>Goes back to a revision, as <c>kubectl rollout undo</c> does; besides, nobody else's change is lost.</summary>
/// <param name="client">The cluster.</param>
internal sealed class RolloutUndo(IKubernetesClient client)
{
    private const int MaximumTries = 10;

    // What belongs to the deployment itself, and not to one of its revisions.
    private static readonly string[] OwnAnnotations =
    [
        "kubectl.kubernetes.io/last-applied-configuration",
        Deployment.RevisionAnnotation,
        "deployment.kubernetes.io/revision-history",
        "deployment.kubernetes.io/desired-replicas",
        "deployment.kubernetes.io/max-replicas",
        "deprecated.deployment.rollback.to",
    ];

    /// <summary>Works out what going back would do.</summary>
    /// <param name="service">The service.</param>
    /// <param name="toRevision">The revision; the second highest without it, as with 0.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The plan.</returns>
    public async Task<RolloutPlan> PlanAsync(ServiceInfo service, long? toRevision, CancellationToken cancellationToken)
    {
        var (deployment, sets) = await RolloutHistory.ReadAsync(client, service, cancellationToken).ConfigureAwait(false);
        var target = Pick(service, sets, toRevision ?? 0);
        if (deployment.Paused)
        {
            throw new OperationException(ServiceErrors.Paused, $"{service.PlatformName} is paused: a paused deployment is not rolled back.", service.Service);
        }

        return new RolloutPlan
        {
            Service = service,
            FromRevision = deployment.Revision,
            ToRevision = target.Revision,
            Changes = TemplateDifference.Of(deployment.Template, target.Template),
            IsAlreadyThere = JsonNode.DeepEquals(ReplicaSet.WithoutHash(deployment.Template), target.PlainTemplate()),
            State = new UndoState(deployment, target),
        };
    }

    /// <summary>Goes back as planned.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="dryRun">True to have the server check it only.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The running work.</returns>
    public async Task ApplyAsync(RolloutPlan plan, bool dryRun, CancellationToken cancellationToken)
    {
        if (plan.IsAlreadyThere || plan.State is not UndoState state)
        {
            return;
        }

        var seen = state.Deployment;
        for (var tries = 1; ; tries++)
        {
            try
            {
                await client.PatchAsync(
                    KubernetesResource.Deployments, seen.Name, part: null, PatchKind.Json, Patch(seen, state.Target), dryRun, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (OperationException error) when (tries < MaximumTries
                && (error.Definition == KubernetesErrors.Conflict || error.Definition == KubernetesErrors.RequestInvalid))
            {
                // A test that failed is told as a request that cannot be carried out: what there is now says whether it was one.
                var now = new Deployment(await client.ReadAsync(KubernetesResource.Deployments, seen.Name, cancellationToken).ConfigureAwait(false));
                if (now.ResourceVersion == seen.ResourceVersion)
                {
                    throw;
                }

                if (now.Uid != seen.Uid || now.Generation != state.Deployment.Generation
                    || !JsonNode.DeepEquals(now.Json.At("metadata", "annotations"), state.Deployment.Json.At("metadata", "annotations")))
                {
                    throw new OperationException(
                        ServiceErrors.Changed, $"{seen.Name} was changed by somebody else after the plan was made; nothing was done.", plan.Service.Service, error);
                }

                // Only its status has moved on.
                seen = now;
            }
        }
    }

    private static ReplicaSet Pick(ServiceInfo service, IReadOnlyList<ReplicaSet> sets, long revision)
    {
        if (revision > 0)
        {
            return sets.FirstOrDefault(set => set.Revision == revision) ?? throw new OperationException(
                ServiceErrors.RevisionNotFound,
                $"{service.PlatformName}: the history has no revision {revision}; it has {string.Join(", ", sets.Select(set => set.Revision).Order())}.", service.Service);
        }

        return sets.Count > 1
            ? sets[1]
            : throw new OperationException(ServiceErrors.NoHistory, $"{service.PlatformName}: no rollout history found, there is no revision before the present one.", service.Service);
    }

    private static JsonArray Patch(Deployment deployment, ReplicaSet target)
    {
        var annotations = new JsonObject();
        foreach (var (name, value) in deployment.Annotations.Where(pair => OwnAnnotations.Contains(pair.Key)))
        {
            annotations[name] = value;
        }

        foreach (var (name, value) in target.Annotations.Where(pair => !OwnAnnotations.Contains(pair.Key)))
        {
            annotations[name] = value;
        }

        return
        [
            new JsonObject { ["op"] = "test", ["path"] = "/metadata/resourceVersion", ["value"] = deployment.ResourceVersion },
            new JsonObject { ["op"] = "replace", ["path"] = "/spec/template", ["value"] = target.PlainTemplate() },
            new JsonObject { ["op"] = "replace", ["path"] = "/metadata/annotations", ["value"] = annotations },
        ];
    }

    private sealed record UndoState(Deployment Deployment, ReplicaSet Target);
}
