namespace System.Management.Automation.Host;

/// <summary>The host could not do what it was asked.</summary>
public class HostException : RuntimeException
{
    public HostException()
    {
    }

    public HostException(string message)
        : base(message)
    {
    }

    public HostException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
