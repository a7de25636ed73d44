namespace CivicQ.Ops.Core.Backups.Logical;

/// <summary>How a database is dumped.</summary>
public sealed record LogicalOptions
{
    /// <summary>Another database of the server; the environment's own without it.</summary>
    public string? Database { get; init; }

    /// <summary>How many tables are dumped at once; more than one takes room on disk for a copy of the data, and makes the form <see cref="BackupFormat.Directory"/>.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>False to leave the rows uncounted: a restore then compares tables alone.</summary>
    public bool CountRows { get; init; } = true;

    /// <summary>How long a table's lock is waited for.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A folder in place of the environment's places.</summary>
    public string? Folder { get; init; }

    /// <summary>Which of the environment's places; all where this is empty.</summary>
    public IReadOnlyCollection<BackupLocation> Locations { get; init; } = [];
}
