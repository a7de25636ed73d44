namespace System.Management.Automation;

/// <summary>PowerShell's enumeration of the same name, with its values.</summary>
public enum ProgressRecordType
{
    Completed = 1,
    Processing = 0,
}
