namespace CivicQ.Ops.Core.Services.Docker;

/// <summary>The engine.</summary>
public sealed record DockerEngineInfo
{
    /// <summary>Its version.</summary>
    public required string Version { get; init; }

    /// <summary>The version of the API that is spoken with it.</summary>
    public required Version ApiVersion { get; init; }

    /// <summary>The machine's name.</summary>
    public required string Name { get; init; }

    /// <summary>How many processors the machine has.</summary>
    public int Processors { get; init; }

    /// <summary>How much memory the machine has.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>1 or 2.</summary>
    public required string CgroupVersion { get; init; }
}
