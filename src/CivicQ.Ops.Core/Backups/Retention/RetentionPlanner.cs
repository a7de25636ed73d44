using System.Globalization;

namespace CivicQ.Ops.Core.Backups.Retention;

/// <summary>Works out which backups may go. Each database, kind, source environment and place is judged by itself.</summary>
internal static class RetentionPlanner
{
    /// <summary>Judges backups.</summary>
    /// <param name="backups">All backups of the places, damaged ones included: these count for nothing, and are kept for who wants to look.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="now">The present time.</param>
    /// <returns>Every backup with why it is kept; <see langword="null"/> where it may go.</returns>
    public static IReadOnlyList<(BackupInfo Backup, string? Keep)> Plan(IReadOnlyList<BackupInfo> backups, RetentionRule rule, DateTimeOffset now)
    {
        var result = new List<(BackupInfo, string?)>();
        foreach (var series in backups.GroupBy(one => (one.Location, one.Folder, one.Database, one.Kind, one.SourceEnvironment?.ToUpperInvariant())))
        {
            var good = series.Where(one => one.State == BackupState.Complete).OrderByDescending(one => one.StartTime).ToList();
            var reasons = new Dictionary<BackupInfo, string>(ReferenceEqualityComparer.Instance);
            if (good.Count > 0)
            {
                reasons[good[0]] = "the newest good one";
            }

            // What was made before a change of today is not done with when tonight's is there.
            foreach (var one in good.Where(one => now - one.StartTime < TimeSpan.FromHours(24)))
            {
                reasons.TryAdd(one, "of the last 24 hours");
            }

            var today = DateOnly.FromDateTime(now.UtcDateTime);
            Spread(good, rule.Daily, one => today.DayNumber - Day(one).DayNumber, "the last of its day", reasons);
            Spread(good, rule.Weekly, one => (Monday(today).DayNumber - Monday(Day(one)).DayNumber) / 7, "the last of its week", reasons);
            Spread(good, rule.Monthly, one => ((today.Year - Day(one).Year) * 12) + today.Month - Day(one).Month, "the last of its month", reasons);
            if (series.Key.Kind == BackupKind.Physical)
            {
                Window(good, now - TimeSpan.FromDays(rule.RecoveryDays), rule.RecoveryDays, reasons);
            }

            result.AddRange(series.OrderByDescending(one => one.StartTime).Select(one => (one, one.State == BackupState.Damaged ? "damaged; remove it by name" : reasons.GetValueOrDefault(one))));
        }

        return result;
    }

    private static DateTimeOffset End(BackupInfo one) => one.Manifest?.EndTime ?? one.StartTime;

    private static DateOnly Day(BackupInfo one) => DateOnly.FromDateTime(one.StartTime.UtcDateTime);

    private static DateOnly Monday(DateOnly day) => day.AddDays(-(((int)day.DayOfWeek + 6) % 7));

    // The newest one of each of the last so many periods.
    private static void Spread(List<BackupInfo> good, int periods, Func<BackupInfo, int> period, string reason, Dictionary<BackupInfo, string> reasons)
    {
        foreach (var group in good.GroupBy(period).Where(group => group.Key < periods))
        {
            reasons.TryAdd(group.First(), reason);
        }
    }

    // Recovery goes forward from the end of a base backup, so the last one before the window's beginning is needed too.
    private static void Window(List<BackupInfo> good, DateTimeOffset from, int days, Dictionary<BackupInfo, string> reasons)
    {
        var reason = string.Create(CultureInfo.InvariantCulture, $"recovery to any moment of the last {days} days needs it");
        foreach (var one in good.TakeWhile(one => End(one) > from).Concat(good.SkipWhile(one => End(one) > from).Take(1)))
        {
            reasons.TryAdd(one, reason);
        }
    }
}
