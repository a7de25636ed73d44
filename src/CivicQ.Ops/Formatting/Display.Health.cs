using CivicQ.Ops.Core.Health;

namespace CivicQ.Ops.Formatting;

/// <summary>Texts of the health views.</summary>
public static partial class Display
{
    /// <summary>What was found, and what to do about it.</summary>
    /// <param name="detail">What was found.</param>
    /// <param name="nextStep">What to do; may be empty.</param>
    /// <returns>The text.</returns>
    public static string Finding(string? detail, string? nextStep) =>
        string.IsNullOrEmpty(nextStep) ? detail ?? "" : $"{detail} \u001b[33m→ {nextStep}\u001b[0m";

    /// <summary>What was found, and the limit where it is passed: a column of its own would leave no room for the finding.</summary>
    /// <param name="detail">What was found.</param>
    /// <param name="threshold">The limit, or <see langword="null"/>.</param>
    /// <param name="status">The status.</param>
    /// <returns>The text.</returns>
    public static string Judged(string? detail, HealthThreshold? threshold, HealthStatus status) =>
        status >= HealthStatus.Degraded && threshold?.ToString() is { Length: > 0 } limit ? $"{detail} \u001b[33m({limit})\u001b[0m" : detail ?? "";

    /// <summary>Yes or no.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The text.</returns>
    public static string YesNo(bool value) => value ? "\u001b[32myes\u001b[0m" : "\u001b[31;1mno\u001b[0m";
}
