namespace CivicQ.Ops.Core.Backups;

/// <summary>A backup that was made, read back and published.</summary>
public sealed record BackupResult
{
    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>The backup's name.</summary>
    public required string Name { get; init; }

    /// <summary>What it holds.</summary>
    public required BackupKind Kind { get; init; }

    /// <summary>How its file is made.</summary>
    public required BackupFormat Format { get; init; }

    /// <summary>The database; of a cache <c>redis</c>.</summary>
    public required string Database { get; init; }

    /// <summary>Where it is: the folder of the backup, and <c>s3://bucket/key/</c>.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>The size of its file.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>The size before compression.</summary>
    public required long UncompressedBytes { get; init; }

    /// <summary>How many tables it holds; <see langword="null"/> where it holds files.</summary>
    public int? Tables { get; init; }

    /// <summary>How many rows it holds; <see langword="null"/> where they were not counted.</summary>
    public long? Rows { get; init; }

    /// <summary>The SHA-256 of its file.</summary>
    public required string Sha256 { get; init; }

    /// <summary>When it was begun: what was committed later is not in it.</summary>
    public required DateTimeOffset StartTime { get; init; }

    /// <summary>How long it took, with reading it back.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Always true: what cannot be read back is not published.</summary>
    public bool Verified { get; init; }

    /// <summary>All that it says of itself.</summary>
    public required BackupManifest Manifest { get; init; }

    /// <summary>Makes the result of a published backup.</summary>
    internal static BackupResult Of(BackupManifest manifest, IReadOnlyList<string> paths, TimeSpan duration) => new()
    {
        Environment = manifest.Environment, Name = manifest.Name, Kind = manifest.Kind, Format = manifest.Format, Database = manifest.Database, Paths = paths,
        SizeBytes = manifest.SizeBytes, UncompressedBytes = manifest.UncompressedBytes,
        Tables = manifest.Kind == BackupKind.Logical ? manifest.Tables.Count : null,
        Rows = manifest.Kind == BackupKind.Logical && manifest.Tables.All(table => table.Rows is not null) ? manifest.Tables.Sum(table => table.Rows) : null,
        Sha256 = manifest.Sha256, StartTime = manifest.StartTime, Duration = duration, Verified = true, Manifest = manifest,
    };
}
