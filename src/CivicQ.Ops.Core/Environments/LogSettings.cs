namespace CivicQ.Ops.Core.Environments;

/// <summary>Log files that this machine can read.</summary>
public sealed record LogSettings
{
    /// <summary>Files of the application, in the format of Python's logging.</summary>
    public IReadOnlyList<string> Application { get; init; } = [];

    /// <summary>Access logs of nginx.</summary>
    public IReadOnlyList<string> Access { get; init; } = [];
}
