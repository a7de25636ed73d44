namespace CivicQ.Ops.Core.Errors;

/// <summary>Errors of services, whatever runs them.</summary>
public static class ServiceErrors
{
    /// <summary>The environment does not say what runs its services.</summary>
    public static readonly ErrorDefinition NotConfigured = new(
        "ServicesNotConfigured", ErrorKind.InvalidOperation,
        "Give the environment services.compose or services.kubernetes (Register-CivicQEnvironment); for the environment 'default' set KUBECONFIG, or DOCKER_HOST and COMPOSE_PROJECT_NAME.");

    /// <summary>No service has this name.</summary>
    public static readonly ErrorDefinition NotFound = new(
        "ServiceNotFound", ErrorKind.ObjectNotFound, "Get-CivicQService lists the services of the environment, under the names that every environment has.");

    /// <summary>No instance has this name.</summary>
    public static readonly ErrorDefinition InstanceNotFound = new(
        "ServiceInstanceNotFound", ErrorKind.ObjectNotFound, "Get-CivicQServiceInstance lists the instances; a rollout gives them new names.");

    /// <summary>The instance does not run.</summary>
    public static readonly ErrorDefinition InstanceNotRunning = new(
        "ServiceInstanceNotRunning", ErrorKind.ResourceUnavailable, "Get-CivicQServiceInstance says why; runbook: Service Down.");

    /// <summary>The platform cannot do this to such a service.</summary>
    public static readonly ErrorDefinition NotSupported = new(
        "ServiceActionNotSupported", ErrorKind.InvalidOperation, "The message says what stands in the way, and what does work.");

    /// <summary>Nothing was given that could be set.</summary>
    public static readonly ErrorDefinition NothingToSet = new(
        "ServiceNothingToSet", ErrorKind.InvalidArgument, "Give -Replicas, -MemoryLimitBytes or -CpuLimitCores.");

    /// <summary>The revision is not in the history.</summary>
    public static readonly ErrorDefinition RevisionNotFound = new(
        "RolloutRevisionNotFound", ErrorKind.ObjectNotFound, "Get-CivicQRolloutHistory lists the revisions that can be gone back to.");

    /// <summary>There is no history.</summary>
    public static readonly ErrorDefinition NoHistory = new(
        "RolloutHistoryEmpty", ErrorKind.ObjectNotFound, "There is nothing to go back to. On Compose Publish-CivicQRelease writes the history; a release that was brought up by hand is not in it.");

    /// <summary>Rollouts are paused.</summary>
    public static readonly ErrorDefinition Paused = new(
        "RolloutPaused", ErrorKind.InvalidOperation, "Resume it first (kubectl rollout resume), when you know why somebody paused it.");

    /// <summary>The rollout did not get on within its deadline, or cannot.</summary>
    public static readonly ErrorDefinition RolloutFailed = new(
        "RolloutFailed", ErrorKind.InvalidResult, "Get-CivicQServiceInstance says why its instances are not ready; Undo-CivicQRollout goes back. Runbook: Rollback Procedures.");

    /// <summary>The rollout was not over in the time allowed.</summary>
    public static readonly ErrorDefinition RolloutTimedOut = new(
        "RolloutTimedOut", ErrorKind.OperationTimeout, "The message says what is still awaited; the rollout goes on. Wait-CivicQRollout waits again.");

    /// <summary>Somebody changed the service meanwhile.</summary>
    public static readonly ErrorDefinition Changed = new(
        "ServiceChangedMeanwhile", ErrorKind.ResourceBusy, "Somebody else works on it: find out who, then run the cmdlet again, which looks anew.");

    /// <summary>Health did not come back after a change.</summary>
    public static readonly ErrorDefinition NotHealthy = new(
        "ServiceNotHealthyAfterChange", ErrorKind.InvalidResult, "Get-CivicQHealth says what is wrong. Runbook: Service Down.");

    /// <summary>Somebody else changes the service now.</summary>
    public static readonly ErrorDefinition Busy = new(
        "ServiceBusy", ErrorKind.ResourceBusy, "Wait for the other run; Get-CivicQJournal says who began it on this machine.");
}
