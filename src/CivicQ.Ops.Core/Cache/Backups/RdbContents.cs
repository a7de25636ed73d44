namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>What a look at a whole snapshot found.</summary>
public sealed record RdbContents
{
    /// <summary>The size of the file.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>The SHA-256 of the file, in hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The version of the format.</summary>
    public required int RdbVersion { get; init; }

    /// <summary>True where the file has Redis' own checksum, which was found right; a server with <c>rdbchecksum no</c> writes none.</summary>
    public required bool HasChecksum { get; init; }

    /// <summary>The version of the server that wrote it, where the file says so.</summary>
    public string? RedisVersion { get; init; }

    /// <summary>When the server began to write it, by its own clock, where the file says so.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The databases that have keys, by number. Empty where <see cref="NotCounted"/> says why.</summary>
    public IReadOnlyList<CacheDatabaseCount> Databases { get; init; } = [];

    /// <summary>How many keys all databases have.</summary>
    public long Keys => Databases.Sum(database => database.Keys);

    /// <summary>How many libraries of functions it holds.</summary>
    public int Functions { get; init; }

    /// <summary>The databases that hold what Celery's broker keeps (<c>_kombu.binding.*</c>).</summary>
    public IReadOnlyList<int> QueueDatabases { get; init; } = [];

    /// <summary>Why the keys could not be counted: a newer format, a module. The checksum was looked at all the same. <see langword="null"/> where they were.</summary>
    public string? NotCounted { get; init; }
}
