using CivicQ.Ops.Core.Database.Maintenance;
using CivicQ.Ops.Core.Database.Termination;

namespace CivicQ.Ops.Formatting;

/// <content>The columns of database maintenance.</content>
public static partial class Display
{
    /// <summary>How the work on a table ended, in its colour.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <returns>The text.</returns>
    public static string Maintained(MaintenanceOutcome outcome) => outcome switch
    {
        MaintenanceOutcome.Done => $"\u001b[32m{outcome}\u001b[0m",
        MaintenanceOutcome.Skipped => $"\u001b[33m{outcome}\u001b[0m",
        _ => $"\u001b[31;1m{outcome}\u001b[0m",
    };

    /// <summary>What became of a session, in its colour.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <returns>The text.</returns>
    public static string Stopped(SessionStopOutcome outcome) => outcome switch
    {
        SessionStopOutcome.Cancelled or SessionStopOutcome.Terminated => $"\u001b[32m{outcome}\u001b[0m",
        SessionStopOutcome.Gone or SessionStopOutcome.Refused => $"\u001b[33m{outcome}\u001b[0m",
        _ => $"\u001b[31;1m{outcome}\u001b[0m",
    };

    /// <summary>The first of these that there is: an index, else its table.</summary>
    /// <param name="index">The index, or <see langword="null"/>.</param>
    /// <param name="table">The table.</param>
    /// <returns>The name.</returns>
    public static string IndexOrTable(string? index, string? table) => index ?? table ?? "";

    /// <summary>Dead rows before and after: <c>5000 → 0</c>.</summary>
    /// <param name="before">Before, or <see langword="null"/>.</param>
    /// <param name="after">After, or <see langword="null"/>.</param>
    /// <returns>The text; empty where neither is known.</returns>
    public static string DeadRows(long? before, long? after) => (before, after) switch
    {
        (null, null) => "",
        ({ } one, null) => Number(one),
        (null, { } two) => Number(two),
        ({ } one, { } two) => one == two ? Number(one) : $"{Number(one)} → {Number(two)}",
    };
}
