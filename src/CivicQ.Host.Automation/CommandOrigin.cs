namespace System.Management.Automation;

/// <summary>PowerShell's enumeration of the same name, with its values.</summary>
public enum CommandOrigin
{
    Internal = 1,
    Runspace = 0,
}
