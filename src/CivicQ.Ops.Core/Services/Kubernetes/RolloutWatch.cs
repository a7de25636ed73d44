using System.Runtime.CompilerServices;
using System.Threading.Channels;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services.Kubernetes.Client;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Services.Kubernetes;

/// <summary>Follows a rollout: the workload's own status says when it is over, its pods say when it cannot be.</summary>
/// <param name="client">The cluster.</param>
/// <param name="describer">Says why pods are not ready.</param>
/// <param name="service">The service.</param>
/// <param name="revision">The revision that must be rolled out; whichever is the present one without it.</param>
internal sealed class RolloutWatch(IKubernetesClient client, ServiceDescriber describer, ServiceInfo service, long? revision)
{
    private readonly Dictionary<string, Pod> pods = new(StringComparer.Ordinal);
    private Workload? workload;
    private RolloutStatus? last;

    /// <summary>Runs until the rollout is complete.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Each status that differs from the one before.</returns>
    /// <exception cref="OperationException">The rollout cannot complete, or the workload is deleted.</exception>
    public async IAsyncEnumerable<RolloutStatus> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var resource = ServiceSnapshot.Resource(service.Kind);
        // Its absence is found here: a watch of what is not there is silent for ever.
        var first = Read(await client.ReadAsync(resource, service.PlatformName, cancellationToken).ConfigureAwait(false));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var changes = Channel.CreateUnbounded<(bool IsPod, WatchEvent Change)>();
        Task[] watches =
        [
            PumpAsync(resource, ObjectSelection.Named(service.PlatformName), isPod: false, changes.Writer, stop.Token),
            PumpAsync(KubernetesResource.Pods, new ObjectSelection(Labels: first.Selector), isPod: true, changes.Writer, stop.Token),
        ];
        try
        {
            await foreach (var (isPod, change) in changes.Reader.ReadAllAsync(stop.Token).ConfigureAwait(false))
            {
                if (Take(isPod, change) is not { } status)
                {
                    continue;
                }

                if (!status.IsComplete)
                {
                    await ThrowIfBlockedAsync(stop.Token).ConfigureAwait(false);
                }

                if (status != last)
                {
                    last = status;
                    yield return status;
                }

                if (status.IsComplete)
                {
                    yield break;
                }
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(watches).ConfigureAwait(false);
        }
    }

    private async Task PumpAsync(
        KubernetesResource resource, ObjectSelection selection, bool isPod, ChannelWriter<(bool IsPod, WatchEvent Change)> writer, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in client.WatchAsync(resource, selection, cancellationToken).ConfigureAwait(false))
            {
                writer.TryWrite((isPod, change));
            }
        }
        catch (OperationException error) when (isPod && error.Definition == KubernetesErrors.ClusterForbidden)
        {
            // Who may not see pods waits by the workload's own word, as kubectl does.
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The wait is over.
        }
        catch (Exception error)
        {
            writer.TryComplete(error);
        }
    }

    private Workload Read(System.Text.Json.Nodes.JsonObject json) =>
        service.Kind == Workload.DeploymentKind ? new Deployment(json) : new Workload(json, service.Kind);

    private RolloutStatus? Take(bool isPod, WatchEvent change)
    {
        if (isPod)
        {
            var pod = new Pod(change.Object);
            if (change.Change == WatchChange.Deleted)
            {
                pods.Remove(pod.Uid);
            }
            else
            {
                pods[pod.Uid] = pod;
            }
        }
        else if (change.Change == WatchChange.Deleted)
        {
            throw new OperationException(KubernetesErrors.RolloutDeleted, $"{service.PlatformName} was deleted while its rollout was awaited.", service.Service);
        }
        else
        {
            workload = Read(change.Object);
        }

        if (workload is null)
        {
            return null;
        }

        var status = Judge(workload);
        if (!status.IsComplete && workload.Paused && workload.Generation <= workload.ObservedGeneration)
        {
            throw new OperationException(ServiceErrors.Paused, $"{service.PlatformName} is paused: its rollout does not go on. {status.Message}", service.Service);
        }

        return status;
    }

    private RolloutStatus Judge(Workload now)
    {
        try
        {
            return RolloutJudge.Judge(service, now, revision);
        }
        catch (OperationException error) when (error.Definition == ServiceErrors.RolloutFailed)
        {
            var ill = pods.Values.Select(pod => (pod.Name, Diagnosis: PodDoctor.Judge(pod, []))).FirstOrDefault(pair => pair.Diagnosis is { IsFailure: true });
            throw ill.Diagnosis is null
                ? error
                : new OperationException(error.Definition, $"{error.Message} {ill.Name}: {ill.Diagnosis.Sentence}", error.Target, error);
        }
    }

    // Instances of the newest template that will not come by themselves: waiting for the deadline would tell nothing more.
    private async Task ThrowIfBlockedAsync(CancellationToken cancellationToken)
    {
        if (workload is not Deployment deployment || deployment.Generation > deployment.ObservedGeneration
            || !pods.Values.Any(pod => PodDoctor.Judge(pod, []) is { IsBlocked: true }))
        {
            return;
        }

        var sets = await client.ListAsync(KubernetesResource.ReplicaSets, new ObjectSelection(Labels: deployment.Selector), cancellationToken).ConfigureAwait(false);
        var newest = sets.Items.Select(item => new ReplicaSet(item)).FirstOrDefault(set => set.ControllerUid == deployment.Uid && set.Revision == deployment.Revision);
        var blocked = pods.Values.Where(pod => newest is not null && pod.ControllerUid == newest.Uid && PodDoctor.Judge(pod, []) is { IsBlocked: true }).ToList();
        if (blocked.Count == 0)
        {
            return;
        }

        var diagnoses = await describer.DiagnoseAsync(blocked, cancellationToken).ConfigureAwait(false);
        var (uid, diagnosis) = diagnoses.FirstOrDefault(pair => pair.Value.IsBlocked);
        if (diagnosis is not null)
        {
            throw new OperationException(
                ServiceErrors.RolloutFailed, $"{service.PlatformName}: the rollout cannot complete. {pods[uid].Name}: {diagnosis.Sentence}", service.Service);
        }
    }
}
