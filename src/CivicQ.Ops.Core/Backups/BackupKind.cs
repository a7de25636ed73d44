namespace CivicQ.Ops.Core.Backups;

/// <summary>What a backup holds.</summary>
public enum BackupKind
{
    /// <summary>One database, as <c>pg_dump</c> writes it.</summary>
    Logical,

    /// <summary>A whole server's files with the WAL that makes them consistent, as <c>pg_basebackup</c> writes them.</summary>
    Physical,

    /// <summary>A Redis server's data, as an RDB file.</summary>
    Cache,
}
