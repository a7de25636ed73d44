namespace System.Management.Automation;

/// <summary>A path names nothing.</summary>
public class ItemNotFoundException : SessionStateException
{
    public ItemNotFoundException()
        : this("The item was not found.")
    {
    }

    public ItemNotFoundException(string message)
        : this(message, null)
    {
    }

    public ItemNotFoundException(string message, Exception? innerException)
        : base(message, innerException)
    {
        Id = "PathNotFound";
        Category = ErrorCategory.ObjectNotFound;
    }
}
