namespace System.Management.Automation;

/// <summary>PowerShell's enumeration of the same name, with its values.</summary>
[Flags]
public enum ShouldProcessReason
{
    None = 0,
    WhatIf = 1,
}
