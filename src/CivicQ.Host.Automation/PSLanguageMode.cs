namespace System.Management.Automation;

/// <summary>PowerShell's enumeration of the same name, with its values.</summary>
public enum PSLanguageMode
{
    ConstrainedLanguage = 3,
    FullLanguage = 0,
    NoLanguage = 2,
    RestrictedLanguage = 1,
}
