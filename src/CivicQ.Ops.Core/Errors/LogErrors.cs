namespace CivicQ.Ops.Core.Errors;

/// <summary>Errors of log files.</summary>
public static class LogErrors
{
    /// <summary>A log file is not there or may not be read.</summary>
    public static readonly ErrorDefinition NotReadable = new(
        "LogNotReadable", ErrorKind.ReadError, "Check the file's path in the environment and its rights; manual: Log Locations.");
}
