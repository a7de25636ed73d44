namespace CivicQ.Ops.Core.Health;

/// <summary>A check whose status changed while health was watched.</summary>
/// <param name="At">When the change was seen, UTC.</param>
/// <param name="Component">The component.</param>
/// <param name="Check">The check.</param>
/// <param name="From">The status before; <see langword="null"/> when it was bad from the start.</param>
/// <param name="To">The status from then on.</param>
/// <param name="Detail">What was found.</param>
public sealed record HealthTransition(DateTimeOffset At, string Component, string Check, HealthStatus? From, HealthStatus To, string Detail)
{
    /// <summary>The change in words.</summary>
    public override string ToString() => FormattableString.Invariant($"{At.UtcDateTime:HH:mm:ss} {Component} {Check}: {(From is { } from ? from + " → " : "")}{To}");
}
