namespace CivicQ.Ops.Core.Services;

/// <summary>Where a line was written to.</summary>
public enum LogStream
{
    /// <summary>The standard output; also that of a terminal, and of Kubernetes, which does not tell the two apart.</summary>
    Output,

    /// <summary>The standard error.</summary>
    Error,
}
