namespace System.Management.Automation;

/// <summary>An error's category with what PowerShell shows beside it.</summary>
public class ErrorCategoryInfo
{
    private readonly ErrorRecord error;
    private string? reason;
    private string? targetName;
    private string? targetType;

    internal ErrorCategoryInfo(ErrorRecord error, ErrorCategory category)
    {
        this.error = error;
        Category = category;
    }

    public ErrorCategory Category { get; }

    public string Activity { get; set; } = string.Empty;

    public string Reason
    {
        get => reason ?? error.Exception.GetType().Name;
        set => reason = value;
    }

    public string TargetName
    {
        get => targetName ?? Convert.ToString(error.TargetObject, CultureInfo.InvariantCulture) ?? string.Empty;
        set => targetName = value;
    }

    public string TargetType
    {
        get => targetType ?? error.TargetObject?.GetType().Name ?? string.Empty;
        set => targetType = value;
    }

    public string GetMessage() => GetMessage(CultureInfo.CurrentUICulture);

    public string GetMessage(CultureInfo uiCultureInfo) => $"{Category}: ({TargetName}:{TargetType}) [{Activity}], {Reason}";

    public override string ToString() => GetMessage(CultureInfo.CurrentUICulture);
}
