namespace CivicQ.Ops.Core.Logs.Entries;

/// <summary>The time that a line gives, perhaps without a zone.</summary>
/// <param name="Ticks">The clock's reading in ticks; 0 for none.</param>
/// <param name="Offset">The zone; <see langword="null"/> where the line does not say.</param>
internal readonly record struct LineTime(long Ticks, TimeSpan? Offset)
{
    private static readonly long Quarter = TimeSpan.FromMinutes(15).Ticks;
    private static readonly long MostZone = TimeSpan.FromHours(14).Ticks;
    private static readonly long Nearly = TimeSpan.FromSeconds(60).Ticks;

    /// <summary>The time in UTC.</summary>
    /// <param name="platform">When the platform took the line: the time where the line has none, and the judge of the zone where it has none.</param>
    /// <returns>The time.</returns>
    public DateTimeOffset ToUtc(DateTimeOffset platform)
    {
        if (Ticks == 0)
        {
            return platform;
        }

        var utc = Ticks - (Offset ?? Zone(platform)).Ticks;
        return utc < DateTime.MinValue.Ticks || utc > DateTime.MaxValue.Ticks ? platform : new DateTimeOffset(utc, TimeSpan.Zero);
    }

    // The platform takes a line at once. A clock that is off by whole quarters of an hour is not wrong: it shows local time.
    private TimeSpan Zone(DateTimeOffset platform)
    {
        var ahead = Ticks - platform.UtcTicks;
        if (Math.Abs(ahead) > MostZone + Nearly)
        {
            return TimeSpan.Zero;
        }

        var quarters = (long)Math.Round((double)ahead / Quarter);
        return Math.Abs(ahead - (quarters * Quarter)) <= Nearly ? new TimeSpan(quarters * Quarter) : TimeSpan.Zero;
    }
}
