namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>A backup of Redis.</summary>
public sealed record CacheBackupResult
{
    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>The backup's name; empty where it stayed on the server.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is: the folder of the backup or <c>s3://bucket/key/</c>; where it stayed on the server, the server's own path, or <see langword="null"/> where it does not say.</summary>
    public required string? Path { get; init; }

    /// <summary>All places of the backup; <see cref="Path"/> is the first.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Where it is kept.</summary>
    public required CacheBackupLocation Location { get; init; }

    /// <summary>How it was had.</summary>
    public required CacheBackupMethod Method { get; init; }

    /// <summary>The size of the file; 0 where it stayed on the server.</summary>
    public long SizeBytes { get; init; }

    /// <summary>The SHA-256 of the file, in hexadecimal; empty where it stayed on the server.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>The version of the file's format.</summary>
    public int? RdbVersion { get; init; }

    /// <summary>The server's version.</summary>
    public string? RedisVersion { get; init; }

    /// <summary>How many keys it holds; <see langword="null"/> where they could not be counted.</summary>
    public long? Keys { get; init; }

    /// <summary>Keys of each database.</summary>
    public IReadOnlyList<CacheDatabaseCount> Databases { get; init; } = [];

    /// <summary>True where the file was read back and its checksums are right.</summary>
    public bool Verified { get; init; }

    /// <summary>When it was begun: what changed later is not in it.</summary>
    public required DateTimeOffset StartTime { get; init; }

    /// <summary>How long it took, with reading it back.</summary>
    public required TimeSpan Duration { get; init; }
}
