using System.Collections;
using System.Globalization;
using CivicQ.Ops.Core.Journal;

namespace CivicQ.Ops.Formatting;

/// <content>The columns of the journal's views, and of environments'.</content>
public static partial class Display
{
    /// <summary>How a run ended, in its colour.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <returns>The text.</returns>
    public static string Outcome(JournalOutcome outcome) => outcome switch
    {
        JournalOutcome.Succeeded => $"\u001b[32m{outcome}\u001b[0m",
        JournalOutcome.Failed => $"\u001b[31;1m{outcome}\u001b[0m",
        _ => $"\u001b[33m{outcome}\u001b[0m",
    };

    /// <summary>Several things in a row.</summary>
    /// <param name="items">The things, or <see langword="null"/>.</param>
    /// <returns>Their texts with commas between.</returns>
    public static string List(IEnumerable? items) => items is null ? "" : string.Join(", ", items.Cast<object?>());

    /// <summary>Several things, a line each.</summary>
    /// <param name="items">The things, or <see langword="null"/>.</param>
    /// <returns>Their texts.</returns>
    public static string Lines(IEnumerable? items) => items is null ? "" : string.Join('\n', items.Cast<object?>());

    /// <summary>A moment to the second, in UTC.</summary>
    /// <param name="moment">The moment, or <see langword="null"/>.</param>
    /// <returns>The text; empty without a moment.</returns>
    public static string Moment(DateTimeOffset? moment) =>
        moment is { } time ? time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) : "";
}
