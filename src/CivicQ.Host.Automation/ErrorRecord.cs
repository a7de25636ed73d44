namespace System.Management.Automation;

/// <summary>An error: its exception, id, category and target.</summary>
public class ErrorRecord
{
    private readonly string errorId;
    private string? implementingType;

    public ErrorRecord(Exception exception, string errorId, ErrorCategory errorCategory, object? targetObject)
    {
        Exception = exception ?? throw new PSArgumentNullException(nameof(exception));
        this.errorId = errorId ?? string.Empty;
        TargetObject = targetObject;
        CategoryInfo = new ErrorCategoryInfo(this, errorCategory);
    }

    public ErrorRecord(ErrorRecord errorRecord, Exception? replaceParentContainsErrorRecordException)
    {
        ArgumentNullException.ThrowIfNull(errorRecord);
        Exception = errorRecord.Exception is ParentContainsErrorRecordException && replaceParentContainsErrorRecordException is not null
            ? replaceParentContainsErrorRecordException
            : errorRecord.Exception;
        errorId = errorRecord.errorId;
        implementingType = errorRecord.implementingType;
        TargetObject = errorRecord.TargetObject;
        ErrorDetails = errorRecord.ErrorDetails;
        InvocationInfo = errorRecord.InvocationInfo;
        CategoryInfo = new ErrorCategoryInfo(this, errorRecord.CategoryInfo.Category) { Activity = errorRecord.CategoryInfo.Activity };
    }

    public Exception Exception { get; }

    public object? TargetObject { get; }

    public ErrorCategoryInfo CategoryInfo { get; }

    public ErrorDetails? ErrorDetails { get; set; }

    public InvocationInfo? InvocationInfo { get; private set; }

    public string? ScriptStackTrace => null;

    public ReadOnlyCollection<int> PipelineIterationInfo { get; } = new([]);

    /// <summary>The id, and after a comma the command's type.</summary>
    public string FullyQualifiedErrorId => (errorId.Length > 0, implementingType) switch
    {
        (true, { Length: > 0 } type) => $"{errorId},{type}",
        (true, _) => errorId,
        (false, { Length: > 0 } type) => type,
        _ => string.Empty,
    };

    public override string ToString() => ErrorDetails is { Message.Length: > 0 } details ? details.Message : Exception.Message;

    internal void SetInvocation(InvocationInfo? invocation, string? type)
    {
        if (InvocationInfo is not null || implementingType is not null)
        {
            return;
        }

        InvocationInfo = invocation;
        implementingType = type;
        if (string.IsNullOrEmpty(CategoryInfo.Activity))
        {
            CategoryInfo.Activity = invocation?.MyCommand?.Name ?? string.Empty;
        }
    }
}
