namespace CivicQ.Ops.Core.Errors;

/// <summary>Errors of health checks.</summary>
public static class HealthErrors
{
    /// <summary>No probe has this name.</summary>
    public static readonly ErrorDefinition ComponentNotFound = new(
        "ComponentNotFound", ErrorKind.InvalidArgument, "Use one of the components that the message lists; Tab completes them.");

    /// <summary>A check is as bad as <c>-FailOn</c> says, or worse.</summary>
    public static readonly ErrorDefinition CheckFailed = new(
        "HealthCheckFailed", ErrorKind.InvalidResult, "Follow the next step of each result that is not healthy.");

    /// <summary>The daily check has no such step.</summary>
    public static readonly ErrorDefinition StepNotFound = new(
        "DailyCheckStepNotFound", ErrorKind.InvalidArgument, "Use one of the steps that the message lists, by number or name; Tab completes them.");
}
