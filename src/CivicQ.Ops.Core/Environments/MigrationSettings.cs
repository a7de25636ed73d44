namespace CivicQ.Ops.Core.Environments;

/// <summary>Where the application's Alembic project is: on this machine, or where the application runs.</summary>
public sealed record MigrationSettings
{
    /// <summary>The folder of <c>alembic.ini</c>: on this machine, or within an instance of <see cref="Service"/>.</summary>
    public required string Folder { get; init; }

    /// <summary>The program: a name on the PATH, or a path (of a virtual environment, say).</summary>
    public string Program { get; init; } = "alembic";

    /// <summary>The service in whose instances folder and program are, by its common name (<c>backend</c>); <see langword="null"/> for this machine.</summary>
    public string? Service { get; init; }
}
