namespace CivicQ.Ops.Tests.Conformance.SideBySide;

/// <summary>How both fail: ours with an identifier, the tool with words.</summary>
public sealed record SideBySideFailure(string Ours, string Tool);
