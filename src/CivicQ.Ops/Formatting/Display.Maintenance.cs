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

    /// <summary>What was worked on: an index, else its table, with its schema where that is not the usual one.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="index">The index; <see langword="null"/>, or empty as PowerShell passes it, where there is none.</param>
    /// <param name="table">The table.</param>
    /// <returns>The name.</returns>
    public static string Relation(string? schema, string? index, string? table)
    {
        var name = string.IsNullOrEmpty(index) ? table ?? "" : index;
        return string.IsNullOrEmpty(schema) || schema == "public" ? name : $"{schema}.{name}";
    }

    /// <summary>Why it was not done, or what became of the dead rows.</summary>
    /// <param name="reason">The reason; may be empty.</param>
    /// <param name="before">Dead rows before.</param>
    /// <param name="after">Dead rows after.</param>
    /// <returns>The text.</returns>
    public static string MaintenanceDetail(string? reason, long? before, long? after) =>
        !string.IsNullOrEmpty(reason) ? reason : DeadRows(before, after) is { Length: > 0 } rows ? $"{rows} dead rows" : "";

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
