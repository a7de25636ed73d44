namespace CivicQ.Ops.Core.Errors;

/// <summary>Errors of logs.</summary>
public static class LogErrors
{
    /// <summary>A log file is not there or may not be read.</summary>
    public static readonly ErrorDefinition NotReadable = new(
        "LogNotReadable", ErrorKind.ReadError, "Check the file's path in the environment and its rights; manual: Log Locations.");

    /// <summary>The log of an instance could not be read to its end.</summary>
    public static readonly ErrorDefinition Interrupted = new(
        "LogInterrupted", ErrorKind.ReadError, "Run it again with -Since the last entry's time; Get-CivicQServiceInstance says how the instance is.");

    /// <summary>The previous run and following were asked for together.</summary>
    public static readonly ErrorDefinition PreviousFollowed = new(
        "LogPreviousFollowed", ErrorKind.InvalidArgument, "Leave one of the two out.");

    /// <summary>What is to be matched is no regular expression.</summary>
    public static readonly ErrorDefinition PatternInvalid = new(
        "LogPatternInvalid", ErrorKind.InvalidArgument, "Correct the expression; a backslash before . ( [ * + ? takes their meaning away.");

    /// <summary>The regular expression takes too long.</summary>
    public static readonly ErrorDefinition PatternTooSlow = new(
        "LogPatternTooSlow", ErrorKind.LimitsExceeded, "Write it without (?=…), (?<=…) and \\1: then it takes time in proportion to the text.");
}
