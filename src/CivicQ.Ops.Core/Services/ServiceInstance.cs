namespace CivicQ.Ops.Core.Services;

/// <summary>One instance of a service: a pod, or a container of Compose.</summary>
public sealed record ServiceInstance
{
    /// <summary>The environment's name.</summary>
    public required string Environment { get; init; }

    /// <summary>The service's name in every environment.</summary>
    public required string Service { get; init; }

    /// <summary>The pod's or container's name.</summary>
    public required string Instance { get; init; }

    /// <summary>The platform's identifier: the pod's UID, the container's 64 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>What runs it.</summary>
    public required ServicePlatform Platform { get; init; }

    /// <summary>What it does.</summary>
    public ServiceInstanceState State { get; init; }

    /// <summary>Whether it is ready for work: its probes or its health check pass; where there are none, it runs.</summary>
    public bool IsReady { get; init; }

    /// <summary>Why it is not ready, in one sentence; <see langword="null"/> where it is.</summary>
    public string? Reason { get; init; }

    /// <summary>How often its containers were restarted.</summary>
    public int Restarts { get; init; }

    /// <summary>The images of its containers.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];

    /// <summary>Its containers by name, the main one first; of Compose there is one, with the service's name.</summary>
    public IReadOnlyList<string> Containers { get; init; } = [];

    /// <summary>The revision that it was made from; <see langword="null"/> where there are none.</summary>
    public long? Revision { get; init; }

    /// <summary>The machine that it runs on; <see langword="null"/> before it has one.</summary>
    public string? Node { get; init; }

    /// <summary>Its address within the platform's network.</summary>
    public string? Address { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When its main container last started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>The exit code of the main container's last end; <see langword="null"/> where it never ended.</summary>
    public int? LastExitCode { get; init; }

    /// <summary>Whether the kernel ended it the last time because it used more memory than it may.</summary>
    public bool IsOomKilled { get; init; }
}
