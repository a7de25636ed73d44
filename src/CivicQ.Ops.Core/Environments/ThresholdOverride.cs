namespace CivicQ.Ops.Core.Environments;

/// <summary>An environment's own limits for one check, in place of the shipped ones.</summary>
/// <param name="Degraded">From here on the check is Degraded; <see langword="null"/> keeps the shipped limit.</param>
/// <param name="Unhealthy">From here on the check is Unhealthy; <see langword="null"/> keeps the shipped limit.</param>
public sealed record ThresholdOverride(double? Degraded, double? Unhealthy);
