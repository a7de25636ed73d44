namespace CivicQ.Ops.Core.Environments;

/// <summary>Where the application's Alembic project is on this machine.</summary>
public sealed record MigrationSettings
{
    /// <summary>The folder of <c>alembic.ini</c>.</summary>
    public required string Folder { get; init; }

    /// <summary>The program: a name on the PATH, or a path (of a virtual environment, say).</summary>
    public string Program { get; init; } = "alembic";
}
