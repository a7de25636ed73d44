namespace CivicQ.Ops.Core.Lab;

/// <summary>How a throw-away PostgreSQL is made.</summary>
public sealed record LabPostgresOptions
{
    /// <summary>The folder to make and to remove again; a new one under the temporary folder where this is not set.</summary>
    public string? Folder { get; init; }

    /// <summary>The folder of <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>; the one that is installed where this is not set.</summary>
    public string? ProgramFolder { get; init; }

    /// <summary>The superuser's name.</summary>
    public string User { get; init; } = "postgres";

    /// <summary>The superuser's password; a random one where this is not set.</summary>
    public string? Password { get; init; }

    /// <summary>The database to connect to; made when it is another than <c>postgres</c>.</summary>
    public string Database { get; init; } = "postgres";

    /// <summary>The TCP port; a free one where this is not set.</summary>
    public int? Port { get; init; }

    /// <summary>Further settings for <c>postgresql.conf</c>; they win over the lab's own.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>True to have the server archive its WAL into a folder within its own, for recovery to a point in time.</summary>
    public bool ArchiveWal { get; init; }

    /// <summary>Further environment variables of the server.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>How long it may take until the server answers.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);
}
