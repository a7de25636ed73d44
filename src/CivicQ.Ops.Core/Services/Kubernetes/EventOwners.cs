using System.Text.RegularExpressions;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Services.Kubernetes;

/// <summary>Says which service an event is about: events outlive their pods, so names tell where objects are gone.</summary>
internal sealed partial class EventOwners
{
    private readonly Dictionary<string, string> byUid = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> kinds = new(StringComparer.Ordinal);

    /// <summary>Learns a namespace.</summary>
    /// <param name="snapshot">What there is.</param>
    public EventOwners(ServiceSnapshot snapshot)
    {
        foreach (var workload in snapshot.Workloads)
        {
            kinds[workload.Name] = workload.Kind;
            byUid[workload.Uid] = workload.Name;
            foreach (var set in snapshot.ReplicaSets(workload))
            {
                byUid[set.Uid] = workload.Name;
            }

            foreach (var (pod, _) in snapshot.Pods(workload))
            {
                byUid[pod.Uid] = workload.Name;
            }
        }
    }

    /// <summary>The workload that an event is about.</summary>
    /// <param name="item">The event.</param>
    /// <returns>Its name; <see langword="null"/> for none.</returns>
    public string? Of(KubernetesEvent item)
    {
        if (byUid.TryGetValue(item.InvolvedUid, out var known))
        {
            return known;
        }

        var name = item.InvolvedName;
        return item.InvolvedKind switch
        {
            Workload.DeploymentKind or Workload.StatefulSetKind or Workload.DaemonSetKind => kinds.GetValueOrDefault(name) == item.InvolvedKind ? name : null,
            "ReplicaSet" => Named(HashedName().Match(name), Workload.DeploymentKind),
            "Pod" => Named(DeploymentPod().Match(name), Workload.DeploymentKind)
                ?? Named(NumberedPod().Match(name), Workload.StatefulSetKind)
                ?? Named(RandomPod().Match(name), Workload.DaemonSetKind),
            "HorizontalPodAutoscaler" => kinds.ContainsKey(name) ? name : null,
            _ => null,
        };
    }

    private string? Named(Match match, string kind) =>
        match.Success && kinds.GetValueOrDefault(match.Groups[1].Value) == kind ? match.Groups[1].Value : null;

    // The letters that Kubernetes makes names of: no vowels, so that no words come out, and nothing that looks like another letter.
    [GeneratedRegex("^(.+)-[bcdfghjklmnpqrstvwxz2456789]{1,10}$")]
    private static partial Regex HashedName();

    [GeneratedRegex("^(.+)-[bcdfghjklmnpqrstvwxz2456789]{1,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$")]
    private static partial Regex DeploymentPod();

    [GeneratedRegex(@"^(.+)-\d+$")]
    private static partial Regex NumberedPod();

    [GeneratedRegex("^(.+)-[bcdfghjklmnpqrstvwxz2456789]{5}$")]
    private static partial Regex RandomPod();
}
