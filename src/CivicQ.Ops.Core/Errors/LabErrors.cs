namespace CivicQ.Ops.Core.Errors;

/// <summary>Errors of the lab.</summary>
public static class LabErrors
{
    /// <summary>A server of the lab is not installed on this machine.</summary>
    public static readonly ErrorDefinition ServerNotInstalled = new(
        "LabServerNotInstalled", ErrorKind.NotInstalled, "Install the server with the command that the message names, then start the lab again with -Force.");

    /// <summary>A server of the lab was started and did not become ready.</summary>
    public static readonly ErrorDefinition ServerStartFailed = new(
        "LabServerStartFailed", ErrorKind.ResourceUnavailable, "Read the end of the server's log in the message; run Stop-CivicQLab, then Start-CivicQLab -Verbose.");

    /// <summary>Another process is starting or stopping the lab.</summary>
    public static readonly ErrorDefinition Busy = new(
        "LabBusy", ErrorKind.ResourceBusy, "Wait until the other Start-CivicQLab or Stop-CivicQLab has ended, then try again.");

    /// <summary>Something of the lab is still there after it was stopped.</summary>
    public static readonly ErrorDefinition NotStopped = new(
        "LabNotStopped", ErrorKind.ResourceUnavailable, "Run Stop-CivicQLab again as the user who started the lab; the message names what is left.");

    /// <summary>The lab's folder, or the one that it is in, cannot be written.</summary>
    public static readonly ErrorDefinition FolderNotWritable = new(
        "LabFolderNotWritable", ErrorKind.WriteError, "Free space on the disk, make the folder writable for this account, or name another with CIVICQ_STATE.");

    /// <summary>The folder that would be the lab's holds something else.</summary>
    public static readonly ErrorDefinition FolderForeign = new(
        "LabFolderForeign", ErrorKind.ResourceExists, "Name another folder with CIVICQ_STATE, or move what is in this one somewhere else.");

    /// <summary>There is a lab, or its folder, which this account may not look into.</summary>
    public static readonly ErrorDefinition NotReadable = new(
        "LabNotReadable", ErrorKind.PermissionDenied, "Ask as the user who started the lab, or name a folder of your own with CIVICQ_STATE.");

    /// <summary>The lab's state file cannot be read.</summary>
    public static readonly ErrorDefinition StateInvalid = new(
        "LabStateInvalid", ErrorKind.InvalidData, "Run Stop-CivicQLab, which clears what it can prove to be the lab's, then start it again.");
}
