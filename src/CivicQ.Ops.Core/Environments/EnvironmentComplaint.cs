using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Environments;

/// <summary>Something wrong in the file of environments. Never repeats a value, which could be a secret.</summary>
/// <param name="Definition">The error.</param>
/// <param name="Reason">What is wrong, in a sentence.</param>
/// <param name="File">The file's path.</param>
/// <param name="Line">The line, from 1; 0 where there is no place to name.</param>
/// <param name="Column">The column, from 1.</param>
/// <param name="Environment">The environment that it makes unusable; <see langword="null"/> for the file as a whole.</param>
public sealed record EnvironmentComplaint(
    ErrorDefinition Definition, string Reason, string File, int Line, int Column, string? Environment)
{
    /// <summary>The whole message, with the place.</summary>
    public string Message
    {
        get
        {
            var place = Line > 0 ? $"{File}, line {Line}, column {Column}" : File;
            return Environment is null ? $"{place}: {Reason}" : $"{place}: environment '{Environment}': {Reason}";
        }
    }

    /// <summary>The exception that reports it.</summary>
    /// <returns>The exception.</returns>
    public OperationException ToException() => new(Definition, Message, Environment ?? File);
}
