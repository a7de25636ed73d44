namespace CivicQ.Ops.Core.Environments;

/// <summary>The time of the week in which maintenance may disturb the users.</summary>
public sealed record MaintenanceWindow
{
    /// <summary>The day on which it begins; <see langword="null"/>: every day.</summary>
    public DayOfWeek? Day { get; init; }

    /// <summary>When it begins, in <see cref="TimeZone"/>.</summary>
    public required TimeOnly From { get; init; }

    /// <summary>When it is over; on the next day where this is not after <see cref="From"/>.</summary>
    public required TimeOnly To { get; init; }

    /// <summary>The time zone's IANA or Windows name; <c>UTC</c> unless told.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>Whether a moment lies in the window.</summary>
    /// <param name="moment">The moment.</param>
    /// <returns>True from the first to before the last minute.</returns>
    public bool Contains(DateTimeOffset moment)
    {
        var local = TimeZoneInfo.ConvertTime(moment, TimeZoneInfo.FindSystemTimeZoneById(TimeZone));
        var time = TimeOnly.FromTimeSpan(local.TimeOfDay);
        // Past midnight it still is the window of the day before.
        var overnight = To <= From;
        var began = overnight && time < To ? local.AddDays(-1).DayOfWeek : local.DayOfWeek;
        return (Day is null || Day == began) && (overnight ? time >= From || time < To : time >= From && time < To);
    }
}
