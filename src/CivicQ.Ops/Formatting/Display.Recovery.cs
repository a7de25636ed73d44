using CivicQ.Ops.Core.Backups.Recovery;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Formatting;

/// <summary>What views show of recoveries.</summary>
public static partial class Display
{
    /// <summary>A time that was reached against the one that was to be.</summary>
    /// <param name="reached">The time.</param>
    /// <param name="target">How long it may be.</param>
    /// <returns>Both; red where it was too long. Empty where nothing was reached.</returns>
    public static string Objective(TimeSpan? reached, TimeSpan target) => reached is not { } time ? ""
        : time > target ? $"\u001b[31;1m{Measure.Duration(time)}\u001b[0m of {Measure.Duration(target)}"
        : $"{Measure.Duration(time)} of {Measure.Duration(target)}";

    /// <summary>The steps of a rehearsal, a line each.</summary>
    /// <param name="steps">The steps.</param>
    /// <returns>The lines.</returns>
    public static string RecoverySteps(IReadOnlyList<RecoveryStep>? steps) => steps is null ? ""
        : string.Join('\n', steps.Select(step => $"{Passed(step.Passed)} {step.Name} ({Measure.Duration(step.Duration)}): {step.Detail}"));
}
