namespace System.Management.Automation;

/// <summary>A validation attribute refused a value.</summary>
public class ValidationMetadataException : MetadataException
{
    public ValidationMetadataException()
    {
    }

    public ValidationMetadataException(string message)
        : base(message)
    {
    }

    public ValidationMetadataException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal ValidationMetadataException(string message, string id)
        : base(message, id)
    {
    }
}
