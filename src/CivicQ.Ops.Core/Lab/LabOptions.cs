namespace CivicQ.Ops.Core.Lab;

/// <summary>How the lab is started.</summary>
public sealed record LabOptions
{
    /// <summary>How much data: 1 makes 2,000 users and 3,000 questions, 10 ten times as many.</summary>
    public int Scale { get; init; } = 1;

    /// <summary>The servers to leave out.</summary>
    public IReadOnlyCollection<LabServerKind> Exclude { get; init; } = [];

    /// <summary>True to stop a running lab first and start anew.</summary>
    public bool Force { get; init; }

    /// <summary>How long one server may take until it answers.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>On what services are to run; <see langword="null"/> for none.</summary>
    public LabServicesOptions? Services { get; init; }

    /// <summary>The S3 server that buckets are to be on; <see langword="null"/> for none.</summary>
    public LabStorageOptions? Storage { get; init; }

    /// <summary>The path of <c>CivicQ.Lab.dll</c>; beside the module where this is not set.</summary>
    public string? ApiProgram { get; init; }
}
