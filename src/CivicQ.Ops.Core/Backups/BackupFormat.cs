namespace CivicQ.Ops.Core.Backups;

/// <summary>How a backup's one file is made; it is compressed with Zstandard unless its own form is a compressed one.</summary>
public enum BackupFormat
{
    /// <summary><c>pg_dump</c>'s custom archive: <c>zstd -dc FILE | pg_restore</c>.</summary>
    Custom,

    /// <summary>A tar of <c>pg_dump</c>'s directory archive: <c>zstd -dc FILE | tar -x</c>, then <c>pg_restore --jobs</c>.</summary>
    Directory,

    /// <summary>A tar of a server's data directory with its <c>backup_manifest</c>.</summary>
    BaseTar,

    /// <summary>A Redis RDB file.</summary>
    Rdb,
}
