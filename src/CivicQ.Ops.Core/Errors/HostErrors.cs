namespace CivicQ.Ops.Core.Errors;

/// <summary>Errors of looking at this machine.</summary>
public static class HostErrors
{
    /// <summary>No disk holds this path.</summary>
    public static readonly ErrorDefinition PathNotFound = new(
        "HostPathNotFound", ErrorKind.ObjectNotFound, "Name a path that exists on this machine; Get-CivicQHostResource without -Path lists its disks.");
}
