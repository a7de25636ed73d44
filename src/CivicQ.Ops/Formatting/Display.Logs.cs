using System.Globalization;
using CivicQ.Ops.Core.Logs.Entries;

namespace CivicQ.Ops.Formatting;

/// <content>Logs.</content>
public static partial class Display
{
    /// <summary>The time of a log's entry, UTC; with the day where it is not today.</summary>
    /// <param name="time">The time.</param>
    /// <returns>The text, at most fifteen letters.</returns>
    public static string LogTime(DateTimeOffset time) => time.UtcDateTime.ToString(
        time.UtcDateTime.Date == DateTime.UtcNow.Date ? "HH:mm:ss.fff" : "MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>The level of a log's entry, in colour.</summary>
    /// <param name="level">The level.</param>
    /// <returns>The text, at most eight letters.</returns>
    public static string EntryLevel(LogEntryLevel level) => level switch
    {
        LogEntryLevel.Information => "Info",
        LogEntryLevel.Warning => "\u001b[33mWarning\u001b[0m",
        LogEntryLevel.Error => "\u001b[31mError\u001b[0m",
        LogEntryLevel.Critical => "\u001b[31;1mCritical\u001b[0m",
        LogEntryLevel.Unknown => "",
        _ => $"\u001b[90m{level}\u001b[0m",
    };
}
