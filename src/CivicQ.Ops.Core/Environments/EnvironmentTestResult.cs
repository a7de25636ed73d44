using CivicQ.Ops.Core.Texts;

namespace CivicQ.Ops.Core.Environments;

/// <summary>What one step of testing an environment's definition found.</summary>
public sealed record EnvironmentTestResult
{
    private readonly string detail = "";

    /// <summary>The environment.</summary>
    public string Environment { get; init; } = "";

    /// <summary>The part of it: <c>Definition</c>, <c>Api</c>, <c>Database</c> …</summary>
    public required string Component { get; init; }

    /// <summary>The step: <c>Definition</c>, <c>Secret</c>, <c>Name</c>, <c>Port</c> or <c>Login</c>.</summary>
    public required string Check { get; init; }

    /// <summary>What was tried: a file, a reference, a host, an endpoint.</summary>
    public string Target { get; init; } = "";

    /// <summary>True when it is as it must be.</summary>
    public required bool Passed { get; init; }

    /// <summary>What was found, in a sentence without secrets.</summary>
    public string Detail
    {
        get => detail;
        init => detail = OneLine.Of(value);
    }

    /// <summary>The error's identifier where it failed.</summary>
    public string? ErrorId { get; init; }

    /// <summary>The operator's next step where it failed.</summary>
    public string NextStep { get; init; } = "";

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }
}
