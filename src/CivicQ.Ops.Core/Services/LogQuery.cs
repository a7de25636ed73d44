namespace CivicQ.Ops.Core.Services;

/// <summary>Which lines of an instance are wanted.</summary>
public sealed record LogQuery
{
    /// <summary>Only lines of this time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only lines before this time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Only the last so many lines of each instance.</summary>
    public int? Tail { get; init; }

    /// <summary>True to go on with what is written from now on, until the instance is gone or the caller cancels.</summary>
    public bool Follow { get; init; }

    /// <summary>The container, where an instance has several; its main one without it.</summary>
    public string? Container { get; init; }

    /// <summary>True for the lines of the container's run before its last restart (Kubernetes; Compose keeps all runs in one log).</summary>
    public bool Previous { get; init; }
}
