namespace System.Management.Automation;

/// <summary>PowerShell's enumeration of the same name, with its values.</summary>
public enum ActionPreference
{
    Continue = 2,
    Ignore = 4,
    Inquire = 3,
    SilentlyContinue = 0,
    Stop = 1,
    Suspend = 5,
    Break = 6,
}
