using System.Globalization;
using CivicQ.Ops.Core.Measures;
using CivicQ.Ops.Core.Web;

namespace CivicQ.Ops.Formatting;

/// <content>The columns of endpoints, certificates and metrics.</content>
public static partial class Display
{
    /// <summary>Whether a test was passed, in its colour.</summary>
    /// <param name="passed">The verdict.</param>
    /// <returns>The text.</returns>
    public static string Passed(bool passed) => passed ? "\u001b[32mTrue\u001b[0m" : "\u001b[31;1mFalse\u001b[0m";

    /// <summary>Days, for example <c>41 days</c>.</summary>
    /// <param name="days">The days, or <see langword="null"/>.</param>
    /// <returns>The text; empty without days.</returns>
    public static string Days(double? days) => days is { } number ? Measure.Format(number, MeasureUnit.Days) : "";

    /// <summary>A list in one line.</summary>
    /// <param name="items">The items.</param>
    /// <returns>The text; empty without items.</returns>
    public static string Items(IReadOnlyList<string>? items) => items is null ? "" : string.Join("; ", items);

    /// <summary>Labels as in PromQL: <c>method="GET", status="200"</c>.</summary>
    /// <param name="labels">The labels.</param>
    /// <returns>The text; empty without labels.</returns>
    public static string Labels(IReadOnlyDictionary<string, string>? labels) =>
        labels is null ? "" : string.Join(", ", labels.Select(label => $"{label.Key}=\"{label.Value}\""));

    /// <summary>A number of any size, with at most six digits that count.</summary>
    /// <param name="value">The number, or <see langword="null"/>.</param>
    /// <returns>The text; empty without a number.</returns>
    public static string Number(double? value) => value is not { } number ? ""
        : Math.Abs(number) < 1e15 && Math.Floor(number) == number ? number.ToString("#,0", CultureInfo.InvariantCulture)
        : double.IsInfinity(number) ? (number > 0 ? "+Inf" : "-Inf")
        : number.ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>The phases of an endpoint with their times.</summary>
    /// <param name="phases">The phases.</param>
    /// <returns>The text.</returns>
    public static string Phases(IReadOnlyList<EndpointPhase>? phases) => phases is null ? "" : string.Join(", ", phases);

    /// <summary>A time as day and minute, UTC.</summary>
    /// <param name="time">The time, or <see langword="null"/>.</param>
    /// <returns>The text; empty without a time.</returns>
    public static string Day(DateTimeOffset? time) => time is { } moment ? moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : "";
}
