namespace System.Management.Automation;

/// <summary>A verbose message.</summary>
public class VerboseRecord(string message) : InformationalRecord(message)
{
}
