namespace System.Management.Automation;

/// <summary>Ends commands without an error.</summary>
public abstract class FlowControlException : SystemException
{
    internal FlowControlException()
        : base("A flow of control that is not an error.")
    {
    }
}
