using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services.Kubernetes.Client;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Services.Kubernetes;

/// <summary>Turns workloads and pods into services and instances.</summary>
/// <param name="client">Reads events, and the last lines of crashed containers.</param>
/// <param name="environment">The environment's name.</param>
/// <param name="names">The names that services have in every environment.</param>
internal sealed class ServiceDescriber(IKubernetesClient client, string environment, ServiceNames names)
{
    private const int LastLines = 5;
    private const int LinesAtOnce = 8;

    /// <summary>The name that a workload's service has in every environment.</summary>
    public string Common(string platformName) => names.Common(platformName);

    /// <summary>Describes a workload.</summary>
    /// <param name="snapshot">What was read.</param>
    /// <param name="workload">The workload.</param>
    /// <param name="diagnoses">Why its pods are not ready, by uid.</param>
    public ServiceInfo Service(ServiceSnapshot snapshot, Workload workload, IReadOnlyDictionary<string, PodDiagnosis> diagnoses)
    {
        var pods = snapshot.Pods(workload);
        var ill = pods.Select(pair => (pair.Pod.Name, Diagnosis: diagnoses.GetValueOrDefault(pair.Pod.Uid)))
            .Where(pair => pair.Diagnosis is not null).OrderByDescending(pair => pair.Diagnosis!.IsBlocked).ThenByDescending(pair => pair.Diagnosis!.IsFailure).ToList();
        var status = Status(workload, ill.Exists(pair => pair.Diagnosis!.IsFailure));
        return new ServiceInfo
        {
            Environment = environment,
            Service = names.Common(workload.Name),
            PlatformName = workload.Name,
            Platform = ServicePlatform.Kubernetes,
            Kind = workload.Kind,
            Status = status,
            Reason = status is ServiceStatus.Ready or ServiceStatus.Stopped ? null : Reason(workload, ill.Count > 0 ? (ill[0].Name, ill[0].Diagnosis!) : null),
            Desired = workload.DesiredReplicas,
            Ready = workload.ReadyReplicas,
            Updated = workload.UpdatedReplicas,
            Restarts = pods.Sum(pair => pair.Pod.RestartCount),
            Images = [.. workload.Containers.Select(container => container.Text("image") ?? "")],
            Revision = workload is Deployment { Revision: > 0 and var revision } ? revision : null,
            IsPaused = workload.Paused,
            CreatedAt = workload.CreatedAt,
        };
    }

    /// <summary>Describes a pod.</summary>
    /// <param name="workload">Its workload.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="set">The replica set that it is of.</param>
    /// <param name="diagnosis">Why it is not ready.</param>
    public ServiceInstance Instance(Workload workload, Pod pod, ReplicaSet? set, PodDiagnosis? diagnosis)
    {
        var main = pod.Containers.Count > 0 ? pod.Containers[0] : null;
        var end = main?.Terminated ?? main?.LastTerminated;
        return new ServiceInstance
        {
            Environment = environment,
            Service = names.Common(workload.Name),
            Instance = pod.Name,
            Id = pod.Uid,
            Platform = ServicePlatform.Kubernetes,
            State = State(pod),
            IsReady = pod.Ready && pod.DeletedAt is null,
            Reason = diagnosis?.Sentence,
            Restarts = pod.RestartCount,
            Images = [.. pod.Containers.Select(container => container.Image)],
            Containers = [.. pod.Containers.Select(container => container.Name)],
            Revision = set is { Revision: > 0 and var revision } ? revision : null,
            Node = pod.NodeName,
            Address = pod.Address,
            CreatedAt = pod.CreatedAt,
            StartedAt = main?.RunningSince,
            LastExitCode = end.Number("exitCode") is { } code ? (int)code : null,
            IsOomKilled = IsOomKilled(pod),
        };
    }

    /// <summary>Whether a container of the pod was ended for its memory the last time.</summary>
    public static bool IsOomKilled(Pod pod) =>
        pod.Containers.Any(container => (container.Terminated ?? container.LastTerminated).Text("reason") == "OOMKilled");

    /// <summary>Finds out why pods are not ready.</summary>
    /// <param name="pods">The pods.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>One for each pod that is not, by uid.</returns>
    public async Task<IReadOnlyDictionary<string, PodDiagnosis>> DiagnoseAsync(IEnumerable<Pod> pods, CancellationToken cancellationToken)
    {
        var result = new Dictionary<string, PodDiagnosis>(StringComparer.Ordinal);
        var ill = pods.Where(pod => PodDoctor.Judge(pod, []) is not null).ToList();
        if (ill.Count == 0)
        {
            return result;
        }

        var events = await EventsAsync(cancellationToken).ConfigureAwait(false);
        using var turns = new SemaphoreSlim(LinesAtOnce, LinesAtOnce);
        var lines = await Task.WhenAll(ill.Select(pod => LastLineAsync(pod, turns, cancellationToken))).ConfigureAwait(false);
        foreach (var (pod, line) in ill.Zip(lines))
        {
            if (PodDoctor.Judge(pod, [.. events[pod.Uid]], line) is { } diagnosis)
            {
                result[pod.Uid] = diagnosis;
            }
        }

        return result;
    }

    private static ServiceStatus Status(Workload workload, bool isFailing)
    {
        if (workload.DesiredReplicas == 0 && workload.Kind != Workload.DaemonSetKind)
        {
            return ServiceStatus.Stopped;
        }

        var isObserved = workload.ObservedGeneration >= workload.Generation;
        if (isObserved && workload.ReadyReplicas >= workload.DesiredReplicas && workload.UpdatedReplicas >= workload.DesiredReplicas
            && workload.Replicas <= workload.DesiredReplicas)
        {
            return ServiceStatus.Ready;
        }

        var short_ = workload.ReadyReplicas == 0 ? ServiceStatus.Down : ServiceStatus.Degraded;
        var isOver = workload.Condition("Progressing").Text("reason") == Deployment.DeadlineReason;
        var rolls = !isObserved || workload.UpdatedReplicas < workload.DesiredReplicas || workload.Replicas > workload.UpdatedReplicas;
        return isOver || workload.Paused || isFailing && (!rolls || workload.ReadyReplicas == 0) ? short_ : ServiceStatus.Progressing;
    }

    private static string? Reason(Workload workload, (string Name, PodDiagnosis Diagnosis)? worst)
    {
        if (worst is { } found)
        {
            return $"{found.Name}: {found.Diagnosis.Sentence}";
        }

        var failure = workload.Condition("ReplicaFailure");
        return failure.Text("status") == "True" ? $"No instance can be made: {failure.Text("message")?.TrimEnd('.')}."
            : workload.Paused ? "Its rollout is paused."
            : workload.ObservedGeneration < workload.Generation ? "The cluster has not seen its change yet."
            : $"{workload.ReadyReplicas} of {workload.DesiredReplicas} instances are ready, {workload.UpdatedReplicas} are of the present revision.";
    }

    private static ServiceInstanceState State(Pod pod)
    {
        if (pod.DeletedAt is not null)
        {
            return ServiceInstanceState.Stopping;
        }

        var all = pod.InitContainers.Concat(pod.Containers).ToList();
        var isRestarting = all.Exists(container => container.WaitingReason == "CrashLoopBackOff"
            || (pod.Phase == "Running" && container is { Terminated: not null, Ready: false } && pod.Containers.Contains(container)));
        return (pod.Phase, isRestarting) switch
        {
            ("Pending" or "Running", true) => ServiceInstanceState.Restarting,
            ("Pending", _) => ServiceInstanceState.Pending,
            ("Running", _) => ServiceInstanceState.Running,
            ("Succeeded" or "Failed", _) => ServiceInstanceState.Exited,
            _ => ServiceInstanceState.Unknown,
        };
    }

    // Who may not read events still gets the rest of the answer.
    private async Task<ILookup<string, KubernetesEvent>> EventsAsync(CancellationToken cancellationToken)
    {
        try
        {
            var list = await client.ListAsync(KubernetesResource.Events, new ObjectSelection(Fields: "involvedObject.kind=Pod"), cancellationToken).ConfigureAwait(false);
            return list.Items.Select(item => new KubernetesEvent(item)).OrderBy(item => item.LastSeen).ToLookup(item => item.InvolvedUid, StringComparer.Ordinal);
        }
        catch (OperationException error) when (error.Definition == KubernetesErrors.ClusterForbidden)
        {
            return Enumerable.Empty<KubernetesEvent>().ToLookup(item => item.InvolvedUid, StringComparer.Ordinal);
        }
    }

    private async Task<string?> LastLineAsync(Pod pod, SemaphoreSlim turns, CancellationToken cancellationToken)
    {
        if (PodDoctor.Crashed(pod) is not { } crashed)
        {
            return null;
        }

        await turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var query = new PodLogQuery { Container = crashed.Container.Name, Previous = crashed.Previous, Tail = LastLines };
            var stream = await client.OpenLogAsync(pod.Name, query, cancellationToken).ConfigureAwait(false);
            await using var closing = stream.ConfigureAwait(false);
            string? last = null;
            await foreach (var line in PodLogReader.ReadAsync(stream, cancellationToken).ConfigureAwait(false))
            {
                last = string.IsNullOrWhiteSpace(line.Text) || line.Time == default ? last : line.Text;
            }

            return last;
        }
        catch (Exception error) when (error is OperationException or IOException)
        {
            // The log went with its container, or may not be read: the sentence stands without it.
            return null;
        }
        finally
        {
            turns.Release();
        }
    }
}
