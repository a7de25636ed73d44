namespace System.Management.Automation;

/// <summary>The operation does not exist here.</summary>
public class PSNotImplementedException : NotSupportedException, IContainsErrorRecord
{
    private ErrorRecord? record;

    public PSNotImplementedException()
    {
    }

    public PSNotImplementedException(string? message)
        : base(message)
    {
    }

    public PSNotImplementedException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }

    public ErrorRecord ErrorRecord => record ??= new ErrorRecord(new ParentContainsErrorRecordException(this), "NotImplemented", ErrorCategory.NotImplemented, null);
}
