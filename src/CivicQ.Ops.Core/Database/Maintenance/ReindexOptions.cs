namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>How indexes are rebuilt.</summary>
public sealed record ReindexOptions
{
    /// <summary>Rebuilds in place: quicker, and writes to the table wait meanwhile.</summary>
    public bool Offline { get; init; }

    /// <summary>Only those that are invalid.</summary>
    public bool InvalidOnly { get; init; }

    /// <summary>Time-outs and their like.</summary>
    public MaintenanceLimits Limits { get; init; } = new() { LockTimeout = TimeSpan.FromSeconds(30) };
}
