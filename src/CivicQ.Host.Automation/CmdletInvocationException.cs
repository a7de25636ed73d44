namespace System.Management.Automation;

/// <summary>A cmdlet threw.</summary>
public class CmdletInvocationException : RuntimeException
{
    private readonly ErrorRecord? record;

    public CmdletInvocationException()
    {
    }

    public CmdletInvocationException(string message)
        : base(message)
    {
    }

    public CmdletInvocationException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal CmdletInvocationException(ErrorRecord error)
        : base(error.Exception.Message, error.Exception) => record = error;

    public override ErrorRecord ErrorRecord => record ?? base.ErrorRecord;
}
