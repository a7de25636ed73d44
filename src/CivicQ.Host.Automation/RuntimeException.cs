namespace System.Management.Automation;

/// <summary>Base of PowerShell's exceptions; each brings an error record.</summary>
public class RuntimeException : SystemException, IContainsErrorRecord
{
    private ErrorRecord? record;

    public RuntimeException()
        : this("A command failed.")
    {
    }

    public RuntimeException(string? message)
        : base(message)
    {
    }

    public RuntimeException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }

    public RuntimeException(string? message, Exception? innerException, ErrorRecord? errorRecord)
        : base(message, innerException) => record = errorRecord;

    internal RuntimeException(string? message, Exception? innerException, string id, ErrorCategory category, object? target)
        : base(message, innerException)
    {
        Id = id;
        Category = category;
        Target = target;
    }

    public virtual ErrorRecord ErrorRecord => record ??= new ErrorRecord(new ParentContainsErrorRecordException(this), Id, Category, Target);

    public bool WasThrownFromThrowStatement { get; set; }

    internal string Id { get; set; } = nameof(RuntimeException);

    internal ErrorCategory Category { get; set; } = ErrorCategory.NotSpecified;

    internal object? Target { get; set; }
}
