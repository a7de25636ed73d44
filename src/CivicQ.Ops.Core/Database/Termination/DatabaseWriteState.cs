namespace CivicQ.Ops.Core.Database.Termination;

/// <summary>Whether a database takes writes, after it was told to or not to.</summary>
public sealed record DatabaseWriteState
{
    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>The database.</summary>
    public required string Database { get; init; }

    /// <summary>True where new sessions begin read-only.</summary>
    public required bool IsSuspended { get; init; }

    /// <summary>False where it was so already.</summary>
    public required bool IsChanged { get; init; }

    /// <summary>True where a write was tried in a new session and ended as it should.</summary>
    public required bool IsVerified { get; init; }

    /// <summary>What the database's own setting was before: <c>on</c>, <c>off</c>, or <see langword="null"/> where it had none.</summary>
    public string? FormerSetting { get; init; }

    /// <summary>When writes were suspended, UTC, by the server's clock.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>How many sessions were ended, so that they begin anew with the setting.</summary>
    public int SessionsEnded { get; init; }

    /// <summary>Sessions that are still there with the old setting.</summary>
    public int SessionsLeft { get; init; }

    /// <summary>Roles whose own setting wins over the database's.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];
}
