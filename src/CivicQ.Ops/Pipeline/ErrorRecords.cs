using System.Management.Automation;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Texts;

namespace CivicQ.Ops.Pipeline;

/// <summary>Makes PowerShell's error records, here and nowhere else.</summary>
internal static class ErrorRecords
{
    /// <summary>Makes the record: identifier, category and next step from the catalogue.</summary>
    public static ErrorRecord Create(Exception error, object? target)
    {
        var definition = (error as OperationException)?.Definition ?? GeneralErrors.Unexpected;
        var category = Enum.Parse<ErrorCategory>(definition.Kind.ToString());
        return new ErrorRecord(error, definition.Id, category, target ?? (error as OperationException)?.Target)
        {
            ErrorDetails = new ErrorDetails(OneLine.Of(error.Message)) { RecommendedAction = definition.RecommendedAction },
        };
    }
}
