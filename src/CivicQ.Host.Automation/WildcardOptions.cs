namespace System.Management.Automation;

/// <summary>PowerShell's enumeration of the same name, with its values.</summary>
[Flags]
public enum WildcardOptions
{
    Compiled = 1,
    CultureInvariant = 4,
    IgnoreCase = 2,
    None = 0,
}
