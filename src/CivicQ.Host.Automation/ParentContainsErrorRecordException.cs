namespace System.Management.Automation;

/// <summary>Stands in an error record for the exception that carries the record.</summary>
public class ParentContainsErrorRecordException(Exception? wrapperException) : SystemException(wrapperException?.Message)
{
    internal Exception? Wrapper { get; } = wrapperException;

    public override string Message => Wrapper?.Message ?? base.Message;
}
