namespace CivicQ.Ops.Core.Backups;

/// <summary>What is known of a backup without reading all of it.</summary>
public enum BackupState
{
    /// <summary>All its files are there and of the right size, and its manifest is what was written.</summary>
    Complete,

    /// <summary>A file is missing or of another size, or the manifest was changed.</summary>
    Damaged,
}
