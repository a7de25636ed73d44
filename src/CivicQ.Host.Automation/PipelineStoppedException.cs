namespace System.Management.Automation;

/// <summary>The pipeline was stopped; it must reach the engine.</summary>
public class PipelineStoppedException : RuntimeException
{
    public PipelineStoppedException()
        : this("The pipeline has been stopped.")
    {
    }

    public PipelineStoppedException(string message)
        : this(message, null)
    {
    }

    public PipelineStoppedException(string message, Exception? innerException)
        : base(message, innerException, "PipelineStopped", ErrorCategory.OperationStopped, null)
    {
    }
}
