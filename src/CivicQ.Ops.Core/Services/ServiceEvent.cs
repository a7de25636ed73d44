namespace CivicQ.Ops.Core.Services;

/// <summary>Something that the platform did to a service or that happened to it.</summary>
public sealed record ServiceEvent
{
    /// <summary>The environment's name.</summary>
    public required string Environment { get; init; }

    /// <summary>When it happened the last time.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When it happened first.</summary>
    public DateTimeOffset? FirstAt { get; init; }

    /// <summary>How often it happened.</summary>
    public int Count { get; init; } = 1;

    /// <summary>How bad it is.</summary>
    public ServiceEventLevel Level { get; init; }

    /// <summary>The service's name in every environment; <see langword="null"/> for what belongs to no service.</summary>
    public string? Service { get; init; }

    /// <summary>The object that it happened to: <c>Pod/civicq-api-7d…</c>, <c>container/civicq-backend-1</c>.</summary>
    public required string Object { get; init; }

    /// <summary>The instance that it happened to, where it is one.</summary>
    public string? Instance { get; init; }

    /// <summary>What happened, in one word: <c>BackOff</c>, <c>die</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>What happened, in a sentence.</summary>
    public required string Message { get; init; }
}
