namespace System.Management.Automation;

/// <summary>PowerShell's enumeration of the same name, with its values.</summary>
public enum ModuleType
{
    Binary = 1,
    Cim = 3,
    Manifest = 2,
    Script = 0,
    Workflow = 4,
}
