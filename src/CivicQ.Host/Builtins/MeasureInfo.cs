namespace CivicQ.Host.Builtins;

/// <summary>What Measure-Object found.</summary>
/// <param name="Count">How many objects.</param>
/// <param name="Average">The mean; null unless asked for.</param>
/// <param name="Sum">The sum; null unless asked for.</param>
/// <param name="Maximum">The greatest, a number or whatever else was measured; null unless asked for.</param>
/// <param name="Minimum">The least, a number or whatever else was measured; null unless asked for.</param>
/// <param name="StandardDeviation">The sample's standard deviation; null unless asked for.</param>
/// <param name="Property">The property that was measured.</param>
public sealed record MeasureInfo(int Count, double? Average, double? Sum, object? Maximum, object? Minimum, double? StandardDeviation, string? Property);
