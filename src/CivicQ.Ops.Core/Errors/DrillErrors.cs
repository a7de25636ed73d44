namespace CivicQ.Ops.Core.Errors;

/// <summary>Errors of the drills.</summary>
public static class DrillErrors
{
    /// <summary>No drill has this name.</summary>
    public static readonly ErrorDefinition NotFound = new(
        "DrillNotFound", ErrorKind.ObjectNotFound, "Get-CivicQDrill -Available lists the drills.");

    /// <summary>A drill was asked for in an environment that is not the lab.</summary>
    public static readonly ErrorDefinition OutsideLab = new(
        "DrillOutsideLab", ErrorKind.SecurityError, "Drills do harm on purpose: run them in the lab (Start-CivicQLab), and nowhere else.");

    /// <summary>The lab, or the server that the drill is for, does not run.</summary>
    public static readonly ErrorDefinition LabNotRunning = new(
        "DrillLabNotRunning", ErrorKind.ResourceUnavailable, "Start the lab with Start-CivicQLab; Get-CivicQLab shows what runs of it.");

    /// <summary>The lab was started without services, or they are not on the platform that the drill is for.</summary>
    public static readonly ErrorDefinition NoServices = new(
        "DrillNoServices", ErrorKind.ResourceUnavailable, "Start the lab anew with services: Start-CivicQLab -Force with -DockerHost (Compose) or -KubernetesContext (Kubernetes).");

    /// <summary>The lab was started without buckets.</summary>
    public static readonly ErrorDefinition NoStorage = new(
        "DrillNoStorage", ErrorKind.ResourceUnavailable, "Start the lab anew with buckets on an S3 server: Start-CivicQLab -Force with -StorageEndpoint.");

    /// <summary>The lab's server cannot do what the drill needs.</summary>
    public static readonly ErrorDefinition NotSupported = new(
        "DrillNotSupported", ErrorKind.InvalidOperation, "Start the lab with another server: the drill's description (Get-CivicQDrill -Available) says what it does to it.");

    /// <summary>The drill is started already.</summary>
    public static readonly ErrorDefinition AlreadyStarted = new(
        "DrillAlreadyStarted", ErrorKind.ResourceExists, "Find and mend it (Get-CivicQDrill has a hint), or end it with Stop-CivicQDrill.");

    /// <summary>The drill is not started.</summary>
    public static readonly ErrorDefinition NotStarted = new(
        "DrillNotStarted", ErrorKind.ObjectNotFound, "Get-CivicQDrill lists those that are started; Start-CivicQDrill starts one.");

    /// <summary>The incident was brought about, and could not be seen.</summary>
    public static readonly ErrorDefinition NotVisible = new(
        "DrillNotVisible", ErrorKind.InvalidResult, "Everything was undone. Try again with a greater -TimeoutSeconds; the message says what was seen last.");

    /// <summary>What is kept of a drill cannot be read.</summary>
    public static readonly ErrorDefinition StateInvalid = new(
        "DrillStateInvalid", ErrorKind.InvalidData, "End the drill with Stop-CivicQDrill, which clears up without it.");
}
