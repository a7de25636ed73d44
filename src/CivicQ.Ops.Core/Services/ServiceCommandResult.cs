namespace CivicQ.Ops.Core.Services;

/// <summary>What a program within an instance gave.</summary>
public sealed record ServiceCommandResult
{
    /// <summary>The environment's name.</summary>
    public required string Environment { get; init; }

    /// <summary>The service's name in every environment.</summary>
    public required string Service { get; init; }

    /// <summary>The pod's or container's name.</summary>
    public required string Instance { get; init; }

    /// <summary>The program and its arguments, each as it was given.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Its exit code; 0 is success.</summary>
    public required int ExitCode { get; init; }

    /// <summary>Its standard output as lines of UTF-8.</summary>
    public required IReadOnlyList<string> Output { get; init; }

    /// <summary>Its standard error as lines of UTF-8.</summary>
    public required IReadOnlyList<string> ErrorOutput { get; init; }

    /// <summary>True where it wrote more than is kept (64 MiB of each stream); the rest was read and dropped.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }
}
