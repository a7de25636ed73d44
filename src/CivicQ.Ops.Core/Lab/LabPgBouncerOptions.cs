namespace CivicQ.Ops.Core.Lab;

/// <summary>How a throw-away PgBouncer is made.</summary>
public sealed record LabPgBouncerOptions
{
    /// <summary>The folder to make and to remove again; a new one under the temporary folder where this is not set.</summary>
    public string? Folder { get; init; }

    /// <summary>The port of the PostgreSQL on loopback that it is in front of.</summary>
    public required int ServerPort { get; init; }

    /// <summary>The users with their passwords; the first one is an administrator of the console.</summary>
    public required IReadOnlyDictionary<string, string> Users { get; init; }

    /// <summary>Further lines of its section <c>[pgbouncer]</c>; they win over the lab's own.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Further environment variables.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>How long it may take until it answers.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}
