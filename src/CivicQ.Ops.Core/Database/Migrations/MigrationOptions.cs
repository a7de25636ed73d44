namespace CivicQ.Ops.Core.Database.Migrations;

/// <summary>How a migration is run.</summary>
public sealed record MigrationOptions
{
    /// <summary>How long a statement may wait for a lock, while all that comes later waits behind it; <see langword="null"/> for the server's own limit.</summary>
    public TimeSpan? LockTimeout { get; init; }
}
