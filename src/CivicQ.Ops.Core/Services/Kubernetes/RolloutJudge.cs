using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Services.Kubernetes;

/// <summary>Judges a rollout by the conditions of <c>kubectl rollout status</c>, in their order.</summary>
internal static class RolloutJudge
{
    /// <summary>Judges.</summary>
    /// <param name="service">The service.</param>
    /// <param name="workload">What keeps its pods, as it is now.</param>
    /// <param name="revision">The revision that must be rolled out; whichever is the present one without it.</param>
    /// <returns>How far it is.</returns>
    /// <exception cref="OperationException"><see cref="ServiceErrors.RolloutFailed"/>: its deadline is over; <see cref="ServiceErrors.Changed"/>: another revision.</exception>
    public static RolloutStatus Judge(ServiceInfo service, Workload workload, long? revision)
    {
        var name = workload.Name;
        if (workload.Generation > workload.ObservedGeneration)
        {
            return Status(service, workload, "The cluster has not seen the change yet.");
        }

        if (workload is Deployment deployment)
        {
            if (revision is { } wanted && deployment.Revision != wanted)
            {
                throw new OperationException(
                    ServiceErrors.Changed, $"{name}: revision {wanted} was awaited, and revision {deployment.Revision} is being rolled out.", service.Service);
            }

            if (deployment.Condition("Progressing").Text("reason") == Deployment.DeadlineReason)
            {
                throw new OperationException(ServiceErrors.RolloutFailed, $"{name}: the rollout has exceeded its progress deadline.", service.Service);
            }
        }

        if (workload.Kind == Workload.DaemonSetKind && workload.Json.Text("spec", "updateStrategy", "type") == "OnDelete")
        {
            return workload.AvailableReplicas < workload.DesiredReplicas
                ? Status(service, workload, $"{workload.AvailableReplicas} of {workload.DesiredReplicas} instances are available.")
                : Status(service, workload, "Each instance takes the new template when it is deleted (OnDelete).", isComplete: true);
        }

        if (workload.Kind == Workload.StatefulSetKind)
        {
            return StatefulSet(service, workload);
        }

        if (workload.UpdatedReplicas < workload.DesiredReplicas)
        {
            return Status(service, workload, $"{workload.UpdatedReplicas} of {workload.DesiredReplicas} new instances have been made.");
        }

        if (workload.Kind == Workload.DeploymentKind && workload.Replicas > workload.UpdatedReplicas)
        {
            return Status(service, workload, $"{workload.Replicas - workload.UpdatedReplicas} old instances are still there.");
        }

        var expected = workload.Kind == Workload.DeploymentKind ? workload.UpdatedReplicas : workload.DesiredReplicas;
        return workload.AvailableReplicas < expected
            ? Status(service, workload, $"{workload.AvailableReplicas} of {expected} new instances are available.")
            : Status(service, workload, "It is rolled out.", isComplete: true);
    }

    private static RolloutStatus StatefulSet(ServiceInfo service, Workload workload)
    {
        if (workload.ReadyReplicas < workload.DesiredReplicas)
        {
            return Status(service, workload, $"{workload.ReadyReplicas} of {workload.DesiredReplicas} instances are ready.");
        }

        var partition = (int)(workload.Json.Number("spec", "updateStrategy", "rollingUpdate", "partition") ?? 0);
        if (workload.Json.Text("spec", "updateStrategy", "type") == "OnDelete" || workload.UpdatedReplicas >= workload.DesiredReplicas - partition)
        {
            return Status(service, workload, "It is rolled out.", isComplete: true);
        }

        return Status(service, workload, $"{workload.UpdatedReplicas} of {workload.DesiredReplicas - partition} instances are of the new revision.");
    }

    private static RolloutStatus Status(ServiceInfo service, Workload workload, string message, bool isComplete = false) => new()
    {
        Environment = service.Environment,
        Service = service.Service,
        Revision = workload is Deployment { Revision: > 0 and var revision } ? revision : null,
        IsComplete = isComplete,
        Desired = workload.DesiredReplicas,
        Updated = workload.UpdatedReplicas,
        Available = workload.AvailableReplicas,
        Old = Math.Max(0, workload.Replicas - workload.UpdatedReplicas),
        Message = message,
    };
}
