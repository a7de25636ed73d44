namespace CivicQ.Ops.Core.Certificates;

/// <summary>
/// From how many days left on a certificate is to be warned about. Fixed days alone are wrong for short-lived certificates: one of
/// 6 days would always be "expiring", one of 90 days already at the moment when its renewal is due. ACME clients renew when a third of
/// the lifetime is left (half, for 10 days or less); a certificate that is still there well after that was not renewed. So the limit
/// is the smaller one of the days and a share of the lifetime: a quarter to warn and a twelfth as critical, or a third and
/// a sixth for 10 days or less. With 30 and 7 days: 398 days → 30 and 7; 90 → 22.5 and 7; 47 → 11.8 and 3.9; 6 → 2 and 1.
/// </summary>
/// <param name="WarningDays">Warned about from here on.</param>
/// <param name="CriticalDays">Critical from here on.</param>
public sealed record CertificateWindow(double WarningDays, double CriticalDays)
{
    private const double ShortLifetime = 10;

    /// <summary>The limits of one certificate.</summary>
    /// <param name="lifetime">The time for which it was made.</param>
    /// <param name="warningDays">Days at which to warn at most.</param>
    /// <param name="criticalDays">Days at which it is critical at most.</param>
    /// <returns>The limits.</returns>
    public static CertificateWindow For(TimeSpan lifetime, double warningDays, double criticalDays)
    {
        var days = Math.Max(0, lifetime.TotalDays);
        var (warning, critical) = days <= ShortLifetime ? (days / 3, days / 6) : (days / 4, days / 12);
        return new CertificateWindow(Math.Round(Math.Min(warningDays, warning), 2), Math.Round(Math.Min(criticalDays, critical), 2));
    }
}
