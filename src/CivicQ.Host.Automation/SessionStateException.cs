namespace System.Management.Automation;

/// <summary>A name of the session could not be used.</summary>
public class SessionStateException : RuntimeException
{
    public SessionStateException()
    {
    }

    public SessionStateException(string message)
        : base(message)
    {
    }

    public SessionStateException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    public string ItemName => Target as string ?? string.Empty;
}
