namespace System.Management.Automation;

/// <summary>A debug message.</summary>
public class DebugRecord(string message) : InformationalRecord(message)
{
}
