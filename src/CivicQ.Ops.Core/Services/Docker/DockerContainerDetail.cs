namespace CivicQ.Ops.Core.Services.Docker;

/// <summary>A container with all that the engine knows about it.</summary>
public sealed record DockerContainerDetail
{
    /// <summary>The 64 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>The name, without the slash.</summary>
    public required string Name { get; init; }

    /// <summary>The image as it was asked for.</summary>
    public required string Image { get; init; }

    /// <summary>The image's identifier, <c>sha256:…</c>.</summary>
    public required string ImageId { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary><c>created</c>, <c>running</c>, <c>paused</c>, <c>restarting</c>, <c>removing</c>, <c>exited</c> or <c>dead</c>.</summary>
    public required string State { get; init; }

    /// <summary>Whether its process is there; also true while it is paused, and while it waits to be restarted.</summary>
    public bool IsRunning { get; init; }

    /// <summary>Whether the kernel ended it, or a part of it, because it used more memory than it may.</summary>
    public bool IsOomKilled { get; init; }

    /// <summary>The exit code of its last end; 0 while it runs for the first time.</summary>
    public int ExitCode { get; init; }

    /// <summary>Why the engine could not start it; empty where it could.</summary>
    public required string Error { get; init; }

    /// <summary>When it last started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it last ended; <see langword="null"/> where it never did.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>How often the engine restarted it by its policy.</summary>
    public int RestartCount { get; init; }

    /// <summary>Its restart policy: <c>no</c>, <c>always</c>, <c>unless-stopped</c>, <c>on-failure</c>.</summary>
    public required string RestartPolicy { get; init; }

    /// <summary>Its health check; <see langword="null"/> where it has none.</summary>
    public DockerHealth? Health { get; init; }

    /// <summary>The network that it was made for: <c>bridge</c>, <c>none</c>, <c>host</c>, or a name.</summary>
    public required string NetworkMode { get; init; }

    /// <summary>Whether it has a terminal, so that both outputs are one.</summary>
    public bool HasTerminal { get; init; }

    /// <summary>The memory that it may use, in bytes; 0 for no limit.</summary>
    public long MemoryLimitBytes { get; init; }

    /// <summary>The processor cores that it may use; 0 for no limit.</summary>
    public double CpuLimitCores { get; init; }

    /// <summary>Its labels.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>The networks that it is in.</summary>
    public required IReadOnlyList<DockerNetworkAttachment> Networks { get; init; }

    /// <summary>Its environment, <c>NAME=value</c>: secrets among it, so it is not shown.</summary>
    internal IReadOnlyList<string> Variables { get; init; } = [];
}
