namespace CivicQ.Host.Builtins;

/// <summary>What Measure-Object found.</summary>
/// <param name="Count">How many objects.</param>
/// <param name="Average">The mean; null unless asked for.</param>
/// <param name="Sum">The sum; null unless asked for.</param>
/// <param name="Maximum">The greatest; null unless asked for.</param>
/// <param name="Minimum">The least; null unless asked for.</param>
/// <param name="Property">The property that was measured.</param>
public sealed record MeasureInfo(int Count, double? Average, double? Sum, double? Maximum, double? Minimum, string? Property);
