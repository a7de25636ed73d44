namespace System.Management.Automation;

/// <summary>Base of what the attributes of parameters throw.</summary>
public class MetadataException : RuntimeException
{
    public MetadataException()
    {
    }

    public MetadataException(string message)
        : base(message)
    {
    }

    public MetadataException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal MetadataException(string message, string id)
        : base(message, null, id, ErrorCategory.MetadataError, null)
    {
    }
}
