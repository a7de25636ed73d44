namespace CivicQ.Host.Engine;

/// <summary>How a pipeline ended.</summary>
/// <param name="ExitCode">See <see cref="ExitCodes"/>.</param>
/// <param name="Terminated">Whether an error ended it.</param>
/// <param name="Stopped">Whether the caller stopped it.</param>
public sealed record PipelineOutcome(int ExitCode, bool Terminated, bool Stopped);
