namespace CivicQ.Ops.Core.Lab;

/// <summary>One server of the lab.</summary>
public sealed record LabServer
{
    /// <summary>The environment that it belongs to: <c>lab</c>.</summary>
    public string Environment { get; init; } = LabEnvironment.Name;

    /// <summary>Which server it is.</summary>
    public required LabServerKind Name { get; init; }

    /// <summary>Whether it runs.</summary>
    public required LabServerStatus Status { get; init; }

    /// <summary>Where it listens, without user and password; <see langword="null"/> where it does not.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Its process id; <see langword="null"/> where it does not run.</summary>
    public int? ProcessId { get; init; }

    /// <summary>The memory that its main process holds in RAM, in bytes.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Its version.</summary>
    public string? Version { get; init; }

    /// <summary>The moment of its start, UTC.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Its log file.</summary>
    public string? LogFile { get; init; }

    /// <summary>The command that installs it on this machine; <see langword="null"/> where it is installed.</summary>
    public string? InstallCommand { get; init; }

    /// <summary>What there is to say about it.</summary>
    public string Detail { get; init; } = "";
}
