namespace CivicQ.Ops.Core.Operations;

/// <summary>How far an operation is.</summary>
/// <param name="Activity">What is being done, as a short phrase; one progress bar an activity.</param>
/// <param name="Status">Where it is now.</param>
/// <param name="Fraction">0 to 1, or <see langword="null"/> where nobody can tell.</param>
/// <param name="Remaining">The time that it will still take, or <see langword="null"/>.</param>
/// <param name="Completed">True with the last report of the activity.</param>
public sealed record ProgressReport(
    string Activity, string Status, double? Fraction = null, TimeSpan? Remaining = null, bool Completed = false);
