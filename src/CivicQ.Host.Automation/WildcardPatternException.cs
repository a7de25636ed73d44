namespace System.Management.Automation;

/// <summary>A wildcard pattern is not valid.</summary>
public class WildcardPatternException : RuntimeException
{
    public WildcardPatternException()
    {
    }

    public WildcardPatternException(string message)
        : base(message, null, "RuntimeException", ErrorCategory.InvalidArgument, null)
    {
    }

    public WildcardPatternException(string message, Exception? innerException)
        : base(message, innerException, "RuntimeException", ErrorCategory.InvalidArgument, null)
    {
    }
}
