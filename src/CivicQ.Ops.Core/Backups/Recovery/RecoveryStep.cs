namespace CivicQ.Ops.Core.Backups.Recovery;

/// <summary>A step of a rehearsed recovery.</summary>
/// <param name="Name">What was done.</param>
/// <param name="Passed">True where it came out as it must.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Detail">What came of it, in a sentence.</param>
public sealed record RecoveryStep(string Name, bool Passed, TimeSpan Duration, string Detail);
