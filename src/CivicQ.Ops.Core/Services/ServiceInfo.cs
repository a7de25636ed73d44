namespace CivicQ.Ops.Core.Services;

/// <summary>One service: a Deployment, StatefulSet or DaemonSet of Kubernetes, or a service of a Compose project.</summary>
public sealed record ServiceInfo
{
    /// <summary>The environment's name.</summary>
    public required string Environment { get; init; }

    /// <summary>The name that it has in every environment (<c>backend</c>).</summary>
    public required string Service { get; init; }

    /// <summary>The platform's own name for it (<c>civicq-api</c>).</summary>
    public required string PlatformName { get; init; }

    /// <summary>What runs it.</summary>
    public required ServicePlatform Platform { get; init; }

    /// <summary>The kind of object: <c>Deployment</c>, <c>StatefulSet</c>, <c>DaemonSet</c>, or <c>Compose</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>How it is.</summary>
    public ServiceStatus Status { get; init; }

    /// <summary>Why it is not ready, in one sentence; <see langword="null"/> where it is.</summary>
    public string? Reason { get; init; }

    /// <summary>How many instances are wanted.</summary>
    public int Desired { get; init; }

    /// <summary>How many instances are ready for work.</summary>
    public int Ready { get; init; }

    /// <summary>How many instances are of the present revision.</summary>
    public int Updated { get; init; }

    /// <summary>How often containers of its instances were restarted, over all present instances.</summary>
    public int Restarts { get; init; }

    /// <summary>The images, one for each container of an instance.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];

    /// <summary>The revision that is wanted: of the Deployment, or of the Compose release; <see langword="null"/> where there are none.</summary>
    public long? Revision { get; init; }

    /// <summary>True where rollouts are paused.</summary>
    public bool IsPaused { get; init; }

    /// <summary>When it was made; of Compose, when its oldest container was.</summary>
    public DateTimeOffset? CreatedAt { get; init; }
}
