namespace CivicQ.Ops.Core.Environments;

/// <summary>Where backups are kept, what makes them, and how much may be lost.</summary>
public sealed record BackupSettings
{
    /// <summary>The folder of the backups on this machine; <see langword="null"/>: none is kept here.</summary>
    public string? Folder { get; init; }

    /// <summary>The bucket of the environment's storage; <see langword="null"/>: none is kept there.</summary>
    public string? Bucket { get; init; }

    /// <summary>What all keys in the bucket begin with: empty, or ending with a slash.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>The folder of <c>pg_dump</c> and its like; without it the fitting version is looked for on this machine.</summary>
    public string? Programs { get; init; }

    /// <summary>The service in whose instances <c>pg_dump</c> and its like are run; on this machine without it.</summary>
    public string? Service { get; init; }

    /// <summary>The folder that the server's <c>archive_command</c> copies WAL into.</summary>
    public string? WalArchive { get; init; }

    /// <summary>The recovery point objective in hours: how much work may be lost.</summary>
    public double RpoHours { get; init; } = 25;

    /// <summary>The recovery time objective in hours: how long a recovery may take.</summary>
    public double RtoHours { get; init; } = 4;
}
