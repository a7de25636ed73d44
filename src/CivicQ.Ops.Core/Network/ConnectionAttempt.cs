namespace CivicQ.Ops.Core.Network;

/// <summary>One address that was tried.</summary>
/// <param name="Address">The IP address.</param>
/// <param name="Duration">How long it took to succeed or fail.</param>
/// <param name="Error">Why it failed; <see langword="null"/> where it did not.</param>
public sealed record ConnectionAttempt(string Address, TimeSpan Duration, string? Error);
