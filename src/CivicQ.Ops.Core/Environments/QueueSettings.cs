namespace CivicQ.Ops.Core.Environments;

/// <summary>Celery.</summary>
public sealed record QueueSettings
{
    /// <summary>The broker; the environment's cache server where this is not set.</summary>
    public RedisSettings? Broker { get; init; }

    /// <summary>The queues to watch.</summary>
    public IReadOnlyList<string> Queues { get; init; } = ["celery"];

    /// <summary>kombu's <c>global_keyprefix</c>, mostly empty.</summary>
    public string KeyPrefix { get; init; } = "";
}
