namespace CivicQ.Ops.Core.Drills;

/// <summary>What a look at the servers gave.</summary>
/// <param name="IsThere">True while the incident is there.</param>
/// <param name="Detail">What was seen, in one sentence.</param>
public sealed record DrillSighting(bool IsThere, string Detail);
