namespace CivicQ.Ops.Core.Environments;

/// <summary>A Redis server, as the cache or as Celery's broker: either <see cref="Url"/>, or the parts.</summary>
public sealed record RedisSettings
{
    /// <summary>Where a whole <c>redis://:password@host:port/0</c> (or <c>rediss://</c>) address is to be found.</summary>
    public SecretReference? Url { get; init; }

    /// <summary>Host name.</summary>
    public string? Host { get; init; }

    /// <summary>TCP port.</summary>
    public int Port { get; init; } = 6379;

    /// <summary>The number of the logical database.</summary>
    public int Database { get; init; }

    /// <summary>The password, where the server wants one.</summary>
    public SecretReference? Password { get; init; }

    /// <summary>True to speak TLS.</summary>
    public bool Tls { get; init; }
}
