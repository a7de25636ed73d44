namespace System.Management.Automation;

/// <summary>PowerShell's enumeration of the same name, with its values.</summary>
[Flags]
public enum PSCredentialTypes
{
    Default = 3,
    Domain = 2,
    Generic = 1,
}
