namespace System.Management.Automation;

/// <summary>PowerShell's enumeration of the same name, with its values.</summary>
[Flags]
public enum ScopedItemOptions
{
    AllScope = 8,
    Constant = 2,
    None = 0,
    Private = 4,
    ReadOnly = 1,
    Unspecified = 16,
}
