using CivicQ.Ops.Core.Backups;

namespace CivicQ.Ops.Formatting;

/// <summary>What views show of backups.</summary>
public static partial class Display
{
    /// <summary>What is known of a backup in a word, or what is wrong with it.</summary>
    /// <param name="state">What is known of it.</param>
    /// <param name="withinRpo">Whether it is young enough.</param>
    /// <param name="isLatest">Whether it is the newest of its kind.</param>
    /// <param name="reason">What is wrong with it.</param>
    /// <param name="environment">The environment that it was found in.</param>
    /// <param name="sourceEnvironment">The environment that it was made in.</param>
    /// <returns>The words, with an asterisk at the newest; yellow where the newest one is too old, red where it is damaged.</returns>
    public static string BackupState(BackupState state, bool withinRpo, bool isLatest, string? reason, string environment, string? sourceEnvironment) => state switch
    {
        Core.Backups.BackupState.Damaged => $"\u001b[31;1mDamaged\u001b[0m {reason}".TrimEnd(),
        _ when sourceEnvironment is not null && !string.Equals(sourceEnvironment, environment, StringComparison.OrdinalIgnoreCase) => $"Complete, of {sourceEnvironment}",
        _ when isLatest && !withinRpo => "\u001b[33mComplete, older than the RPO\u001b[0m",
        _ when isLatest => "Complete *",
        _ => "Complete",
    };
}
