namespace System.Management.Automation;

/// <summary>Base of the records with a message.</summary>
public abstract class InformationalRecord(string message)
{
    public string Message { get; set; } = message;

    public InvocationInfo? InvocationInfo { get; internal set; }

    public override string ToString() => Message;
}
