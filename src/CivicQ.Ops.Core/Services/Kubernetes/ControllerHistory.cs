using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Services.Kubernetes.Client;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Services.Kubernetes;

/// <summary>The revisions of a stateful set or daemon set, which its controller keeps as objects of their own, and the way back to one, as kubectl goes it.</summary>
/// <param name="client">The cluster.</param>
internal sealed class ControllerHistory(IKubernetesClient client)
{
    /// <summary>Describes the revisions.</summary>
    /// <param name="service">The service.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The revisions, newest first. The newest is the one that is wanted: going back makes an old one the newest.</returns>
    public async Task<IReadOnlyList<RolloutRevision>> DescribeAsync(ServiceInfo service, CancellationToken cancellationToken)
    {
        var (workload, revisions) = await ReadAsync(service, cancellationToken).ConfigureAwait(false);
        var list = await client.ListAsync(KubernetesResource.Pods, new ObjectSelection(Labels: workload.Selector), cancellationToken).ConfigureAwait(false);
        var pods = list.Items.Select(item => new Pod(item)).Where(pod => pod.ControllerUid == workload.Uid).ToList();
        return
        [
            .. revisions.Select((revision, index) => new RolloutRevision
            {
                Environment = service.Environment,
                Service = service.Service,
                Revision = revision.Revision,
                IsCurrent = index == 0,
                Images = [.. revision.Json.Objects("data", "spec", "template", "spec", "containers").Select(container => container.Text("image") ?? "")],
                ChangeCause = revision.Json.Text("metadata", "annotations", RolloutHistory.ChangeCause),
                Instances = pods.Count(revision.Has),
                CreatedAt = revision.CreatedAt,
                Changes = index + 1 < revisions.Count ? TemplateDifference.Of(revisions[index + 1].Template(), revision.Template()) : [],
            }),
        ];
    }

    /// <summary>Works out what going back would do.</summary>
    /// <param name="service">The service.</param>
    /// <param name="toRevision">The revision; the second highest without it, as with 0.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The plan.</returns>
    public async Task<RolloutPlan> PlanAsync(ServiceInfo service, long? toRevision, CancellationToken cancellationToken)
    {
        var (workload, revisions) = await ReadAsync(service, cancellationToken).ConfigureAwait(false);
        var target = RolloutHistory.Pick(service, revisions, revision => revision.Revision, toRevision ?? 0);
        return new RolloutPlan
        {
            Service = service,
            FromRevision = revisions[0].Revision,
            ToRevision = target.Revision,
            Changes = TemplateDifference.Of(workload.Template, target.Template()),
            IsAlreadyThere = JsonNode.DeepEquals(workload.Template, target.Template()),
            State = new UndoState(workload, target),
        };
    }

    /// <summary>Goes back as planned.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="dryRun">True to have the server check it only.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The running work.</returns>
    public Task ApplyAsync(RolloutPlan plan, bool dryRun, CancellationToken cancellationToken)
    {
        var state = (UndoState)plan.State!;
        return plan.IsAlreadyThere
            ? Task.CompletedTask
            : GuardedPatch.ApplyAsync(client, plan.Service, state.Workload, PatchKind.Strategic, seen => Patch(seen, state.Target), dryRun, cancellationToken);
    }

    private static JsonObject Patch(KubernetesObject seen, ControllerRevision target)
    {
        var patch = (JsonObject)target.Data!.DeepClone();
        // The version makes the server refuse it where somebody else was quicker.
        patch["metadata"] = new JsonObject { ["resourceVersion"] = seen.ResourceVersion };
        return patch;
    }

    private async Task<(Workload Workload, IReadOnlyList<ControllerRevision> Revisions)> ReadAsync(ServiceInfo service, CancellationToken cancellationToken)
    {
        var workload = new Workload(
            await client.ReadAsync(ServiceSnapshot.Resource(service.Kind), service.PlatformName, cancellationToken).ConfigureAwait(false), service.Kind);
        var list = await client.ListAsync(KubernetesResource.ControllerRevisions, new ObjectSelection(Labels: workload.Selector), cancellationToken).ConfigureAwait(false);
        return (workload,
        [
            .. list.Items.Select(item => new ControllerRevision(item)).Where(revision => revision.ControllerUid == workload.Uid && revision.Data is not null)
                .OrderByDescending(revision => revision.Revision),
        ]);
    }

    private sealed record UndoState(Workload Workload, ControllerRevision Target);
}
