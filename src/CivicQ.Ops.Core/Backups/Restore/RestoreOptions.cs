namespace CivicQ.Ops.Core.Backups.Restore;

/// <summary>How a backup is restored.</summary>
public sealed record RestoreOptions
{
    /// <summary>The backup's name; the newest one without it.</summary>
    public string? Name { get; init; }

    /// <summary>The database whose newest backup is taken where no name is given; the environment's own without it.</summary>
    public string? Database { get; init; }

    /// <summary>The name of the database that is made; the environment's own without it.</summary>
    public string? TargetDatabase { get; init; }

    /// <summary>True to put the restored one in the place of one that is there.</summary>
    public bool Replace { get; init; }

    /// <summary>True to drop the one that was replaced; it is kept under another name otherwise.</summary>
    public bool DropPrevious { get; init; }

    /// <summary>True to leave owners and grants out: all belongs to the role that restores.</summary>
    public bool NoOwner { get; init; }

    /// <summary>How many tables and indexes are restored at once; more than one takes room on this machine's disk for the decompressed archive.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>A folder in place of the environment's places.</summary>
    public string? Folder { get; init; }

    /// <summary>Which of the environment's places; all where this is empty.</summary>
    public IReadOnlyCollection<BackupLocation> Locations { get; init; } = [];
}
