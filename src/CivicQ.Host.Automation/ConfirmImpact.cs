namespace System.Management.Automation;

/// <summary>PowerShell's enumeration of the same name, with its values.</summary>
public enum ConfirmImpact
{
    High = 3,
    Low = 1,
    Medium = 2,
    None = 0,
}
