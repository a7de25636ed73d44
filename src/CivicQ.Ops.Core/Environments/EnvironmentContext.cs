using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Environments;

/// <summary>What an operation needs to work on one environment.</summary>
/// <param name="Environment">The environment.</param>
/// <param name="Secrets">Reads its secrets when they are needed.</param>
/// <param name="Reporter">Where the operation speaks.</param>
public sealed record EnvironmentContext(CivicQEnvironment Environment, ISecretResolver Secrets, IOperationReporter Reporter)
{
    /// <summary>The environment's name.</summary>
    public string Name => Environment.Name;

    /// <summary>How long one question to one component may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(Environment.TimeoutSeconds);

    /// <summary>What the session keeps between commands; <see langword="null"/> where nothing is kept.</summary>
    public SessionMemory? Memory { get; init; }
}
