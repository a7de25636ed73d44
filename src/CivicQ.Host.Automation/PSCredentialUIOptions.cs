namespace System.Management.Automation;

/// <summary>PowerShell's enumeration of the same name, with its values.</summary>
[Flags]
public enum PSCredentialUIOptions
{
    AlwaysPrompt = 2,
    Default = 1,
    None = 0,
    ReadOnlyUserName = 3,
    ValidateUserNameSyntax = 1,
}
