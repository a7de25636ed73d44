namespace CivicQ.Ops.Core.Backups;

/// <summary>A backup, as it is found in a folder or a bucket.</summary>
public sealed record BackupInfo
{
    /// <summary>The environment whose folder or bucket it is in.</summary>
    public required string Environment { get; init; }

    /// <summary>The environment that it was made in, as its manifest says; <see langword="null"/> where that cannot be read.</summary>
    public string? SourceEnvironment { get; init; }

    /// <summary>Its name: the source and the time it was begun in UTC.</summary>
    public required string Name { get; init; }

    /// <summary>What it holds.</summary>
    public required BackupKind Kind { get; init; }

    /// <summary>The database; of a cache <c>redis</c>.</summary>
    public required string Database { get; init; }

    /// <summary>Whether it is in the folder or in the bucket.</summary>
    public required BackupLocation Location { get; init; }

    /// <summary>Where exactly: the folder of the backup, or <c>s3://bucket/key/</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The folder of all backups that it was found in; <see langword="null"/> in a bucket.</summary>
    public string? Folder { get; init; }

    /// <summary>When it was begun: what was committed later is not in it.</summary>
    public required DateTimeOffset StartTime { get; init; }

    /// <summary>How long ago that was.</summary>
    public TimeSpan Age { get; init; }

    /// <summary>True where it is not older than the recovery point objective allows.</summary>
    public bool WithinRpo { get; init; }

    /// <summary>True for the newest complete one of its database, kind and source environment in this place.</summary>
    public bool IsLatest { get; init; }

    /// <summary>What is known of it without reading all of it.</summary>
    public BackupState State { get; init; }

    /// <summary>What is wrong with it; <see langword="null"/> where nothing is.</summary>
    public string? Reason { get; init; }

    /// <summary>The size of its file.</summary>
    public long SizeBytes { get; init; }

    /// <summary>What it says of itself; <see langword="null"/> where that cannot be read.</summary>
    public BackupManifest? Manifest { get; init; }

    /// <summary>False where it is known to be another environment's: then it is taken only by its name.</summary>
    internal bool IsOwn => SourceEnvironment is null || string.Equals(SourceEnvironment, Environment, StringComparison.OrdinalIgnoreCase);
}
