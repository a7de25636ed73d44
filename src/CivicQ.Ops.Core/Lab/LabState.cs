namespace CivicQ.Ops.Core.Lab;

/// <summary>What is known about the lab that was started last, as it is kept in <c>state.json</c>. Holds no secret: those are in files beside it.</summary>
internal sealed record LabState
{
    /// <summary>The lab's own random id, which its processes carry in the variable <see cref="Marker"/>.</summary>
    public required string Id { get; init; }

    /// <summary>The variable by which a process is known to be the lab's.</summary>
    public const string Marker = "CIVICQ_LAB";

    /// <summary>When it was started, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The cluster's folder, which may be elsewhere.</summary>
    public required string PostgresFolder { get; init; }

    /// <summary>How much data was made.</summary>
    public required int Scale { get; init; }

    /// <summary>True once everything was started: false means that the start is under way, or was broken off.</summary>
    public bool Complete { get; init; }

    /// <summary>The port of the replica that a drill has made; 0 where there is none.</summary>
    public int ReplicaPort { get; init; }

    /// <summary>The services, where the lab has some.</summary>
    public LabServices? Services { get; init; }

    /// <summary>The buckets, where the lab has some.</summary>
    public LabStorage? Storage { get; init; }

    /// <summary>The servers that run, or ran.</summary>
    public IReadOnlyList<LabStateServer> Servers { get; init; } = [];

    /// <summary>A server of the state, or <see langword="null"/>.</summary>
    public LabStateServer? Server(LabServerKind kind) => Servers.FirstOrDefault(server => server.Kind == kind);
}
