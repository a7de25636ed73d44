namespace CivicQ.Ops.Core.Backups;

/// <summary>What a backup says of itself, beside its one file. Holds no secret.</summary>
public sealed record BackupManifest
{
    /// <summary>The form of this record; readers refuse a higher one.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The backup's name: the source and the time it was begun in UTC.</summary>
    public required string Name { get; init; }

    /// <summary>What it holds.</summary>
    public required BackupKind Kind { get; init; }

    /// <summary>How its file is made.</summary>
    public required BackupFormat Format { get; init; }

    /// <summary>The environment that it was made in.</summary>
    public required string Environment { get; init; }

    /// <summary>The database; of a physical backup the one that was connected to, of a cache <c>redis</c>.</summary>
    public required string Database { get; init; }

    /// <summary>The server's version, as it says it.</summary>
    public required string ServerVersion { get; init; }

    /// <summary>PostgreSQL's system identifier, by which a base backup and WAL are known to belong together.</summary>
    public string? SystemIdentifier { get; init; }

    /// <summary>The database's size on the server when the backup was begun; of a physical one that of all databases.</summary>
    public long? DatabaseBytes { get; init; }

    /// <summary>The database's encoding.</summary>
    public string? Encoding { get; init; }

    /// <summary>The tables with their rows, by schema and name.</summary>
    public IReadOnlyList<BackupTable> Tables { get; init; } = [];

    /// <summary>Alembic's revision; several are separated by commas.</summary>
    public string? Migration { get; init; }

    /// <summary>The extensions of the database.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = [];

    /// <summary>What made it, with its version: <c>pg_dump (PostgreSQL) 15.8</c>.</summary>
    public required string Tool { get; init; }

    /// <summary>When it was begun.</summary>
    public required DateTimeOffset StartTime { get; init; }

    /// <summary>When it was complete.</summary>
    public required DateTimeOffset EndTime { get; init; }

    /// <summary>The position in the WAL that its content stands for; of a physical backup where recovery begins.</summary>
    public string? StartLsn { get; init; }

    /// <summary>The position in the WAL up to which a physical backup must be recovered to be consistent.</summary>
    public string? EndLsn { get; init; }

    /// <summary>The timeline of a physical backup.</summary>
    public int? Timeline { get; init; }

    /// <summary>Keys for each Redis database, by its number.</summary>
    public IReadOnlyDictionary<string, long> Keys { get; init; } = new Dictionary<string, long>();

    /// <summary>The name of its one file.</summary>
    public required string FileName { get; init; }

    /// <summary>The file's size.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>How many bytes it was before compression.</summary>
    public required long UncompressedBytes { get; init; }

    /// <summary>The file's SHA-256 in lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Name}: {Kind} of server {ServerVersion}, {Tables.Count} tables, by {Tool}");
}
