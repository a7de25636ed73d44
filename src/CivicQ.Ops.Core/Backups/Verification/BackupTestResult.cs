namespace CivicQ.Ops.Core.Backups.Verification;

/// <summary>Whether a backup is what was written, and can be read.</summary>
public sealed record BackupTestResult
{
    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>The backup's name.</summary>
    public required string Name { get; init; }

    /// <summary>What it holds.</summary>
    public required BackupKind Kind { get; init; }

    /// <summary>The database; of a cache <c>redis</c>.</summary>
    public required string Database { get; init; }

    /// <summary>Whether it is in the folder or in the bucket.</summary>
    public required BackupLocation Location { get; init; }

    /// <summary>Where exactly.</summary>
    public required string Path { get; init; }

    /// <summary>True where nothing is wrong with it.</summary>
    public required bool Passed { get; init; }

    /// <summary>What is wrong with it; <see langword="null"/> where nothing is.</summary>
    public string? Reason { get; init; }

    /// <summary>True where the manifest is what was written.</summary>
    public bool ManifestOk { get; init; }

    /// <summary>True where the file has the size and the sum that were written.</summary>
    public bool ChecksumOk { get; init; }

    /// <summary>True where all of it can be decompressed, and is of its form.</summary>
    public bool ContentOk { get; init; }

    /// <summary>How many entries <c>pg_restore --list</c> finds, or how many keys a snapshot of Redis has; <see langword="null"/> where they were not counted: for other kinds, or where <c>pg_restore</c> is not installed.</summary>
    public int? Entries { get; init; }

    /// <summary>How many rows a restore into a throw-away database had, all as the manifest says; <see langword="null"/> without <c>-Deep</c>.</summary>
    public long? RestoredRows { get; init; }

    /// <summary>The size of its file.</summary>
    public long SizeBytes { get; init; }

    /// <summary>How long the test took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>How old the backup is.</summary>
    public TimeSpan Age { get; init; }

    /// <summary>True where it is not older than the recovery point objective allows.</summary>
    public bool WithinRpo { get; init; }
}
