namespace CivicQ.Ops.Core.Errors;

/// <summary>Errors that any operation can meet.</summary>
public static class GeneralErrors
{
    /// <summary>Something went wrong that the catalogue does not know: a defect of this module until shown otherwise.</summary>
    public static readonly ErrorDefinition Unexpected = new(
        "UnexpectedError", ErrorKind.InvalidResult,
        "Run the command again with -Verbose. If it happens again, report it with the whole error ($Error[0] | Format-List * -Force).");

    /// <summary>A name with wildcards that cannot be read.</summary>
    public static readonly ErrorDefinition NamePatternInvalid = new(
        "NamePatternInvalid", ErrorKind.InvalidArgument, "Close the bracket ([ab] is one of both letters), or put a backtick in front of it where the bracket itself is meant.");

    /// <summary>A wait ran out of time.</summary>
    public static readonly ErrorDefinition TimedOut = new(
        "OperationTimedOut", ErrorKind.OperationTimeout,
        "Look at what the message says was still wrong; give a larger -TimeoutSeconds only if the system was making progress.");
}
