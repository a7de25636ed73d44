namespace CivicQ.Ops.Core.Database.Sessions;

/// <summary>Which sessions are wanted; the server filters.</summary>
public sealed record SessionFilter
{
    /// <summary>Everything that clients do.</summary>
    public static readonly SessionFilter All = new();

    /// <summary>In these states; <see langword="null"/> for any.</summary>
    public IReadOnlyList<DatabaseSessionState>? States { get; init; }

    /// <summary>At least so long in their state.</summary>
    public TimeSpan? OlderThan { get; init; }

    /// <summary>True for those alone that wait for another's lock.</summary>
    public bool Blocked { get; init; }

    /// <summary>Of these roles; wildcards.</summary>
    public IReadOnlyList<string>? Users { get; init; }

    /// <summary>Of clients that call themselves so; wildcards.</summary>
    public IReadOnlyList<string>? Applications { get; init; }

    /// <summary>Connected to these databases; wildcards.</summary>
    public IReadOnlyList<string>? Databases { get; init; }

    /// <summary>These processes.</summary>
    public IReadOnlyList<int>? ProcessIds { get; init; }

    /// <summary>Also the server's own processes, replication, and the session that asks.</summary>
    public bool IncludeBackground { get; init; }
}
