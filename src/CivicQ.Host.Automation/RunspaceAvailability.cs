namespace System.Management.Automation.Runspaces;

/// <summary>PowerShell's enumeration of the same name, with its values.</summary>
public enum RunspaceAvailability
{
    Available = 1,
    AvailableForNestedCommand = 2,
    Busy = 3,
    None = 0,
    RemoteDebug = 4,
}
