namespace System.Management.Automation;

/// <summary>PowerShell's enumeration of the same name, with its values.</summary>
public enum SessionStateEntryVisibility
{
    Private = 1,
    Public = 0,
}
