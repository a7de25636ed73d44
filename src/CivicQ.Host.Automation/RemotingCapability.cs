namespace System.Management.Automation;

/// <summary>PowerShell's enumeration of the same name, with its values.</summary>
public enum RemotingCapability
{
    None = 0,
    OwnedByCommand = 3,
    PowerShell = 1,
    SupportedByCommand = 2,
}
