using System.Globalization;

namespace CivicQ.Ops.Core.Services.Logs;

/// <summary>A moment, as a time or as a duration before now: <c>2026-02-14T12:00:00Z</c>, <c>00:30:00</c>, and kubectl's and docker's <c>30m</c>.</summary>
public sealed record LogMoment
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    /// <summary>A time.</summary>
    /// <param name="time">The time.</param>
    public LogMoment(DateTimeOffset time) => Time = time.ToUniversalTime();

    /// <summary>A time, local where it does not say that it is UTC.</summary>
    /// <param name="time">The time.</param>
    public LogMoment(DateTime time)
        : this(new DateTimeOffset(time))
    {
    }

    /// <summary>So long ago.</summary>
    /// <param name="ago">The duration.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or longer than a century.</exception>
    public LogMoment(TimeSpan ago)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ago, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ago, Longest);
        Time = DateTimeOffset.UtcNow - ago;
    }

    /// <summary>The moment, UTC.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>Reads a moment.</summary>
    /// <param name="text">A time, a duration as <c>00:30:00</c>, or a number with s, m, h or d.</param>
    /// <returns>The moment.</returns>
    /// <exception cref="FormatException">It is none of these; a bare number is none, since nobody could tell its unit.</exception>
    public static LogMoment Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = text.Trim();
        if (text.Length > 1 && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number < 1e6)
        {
            switch (text[^1])
            {
                case 's':
                    return new LogMoment(TimeSpan.FromSeconds(number));
                case 'm':
                    return new LogMoment(TimeSpan.FromMinutes(number));
                case 'h':
                    return new LogMoment(TimeSpan.FromHours(number));
                case 'd' when number <= Longest.TotalDays:
                    return new LogMoment(TimeSpan.FromDays(number));
            }
        }

        if (text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var ago) && ago >= TimeSpan.Zero && ago <= Longest)
        {
            return new LogMoment(ago);
        }

        return (text.Contains('-', StringComparison.Ordinal) || text.Contains('/', StringComparison.Ordinal))
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var time)
            ? new LogMoment(time)
            : throw new FormatException($"'{text}' is neither a time (2026-02-14T12:00:00Z) nor a duration (00:30:00, 30m).");
    }
}
