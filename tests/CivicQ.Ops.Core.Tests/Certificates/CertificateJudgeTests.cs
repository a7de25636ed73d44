using CivicQ.Ops.Core.Certificates;
using CivicQ.Ops.Core.Health;

namespace CivicQ.Ops.Core.Tests.Certificates;

public sealed class CertificateJudgeTests
{
    [Theory]
    [InlineData(398, 30, 7)]
    [InlineData(200, 30, 7)]
    [InlineData(90, 22.5, 7)]
    [InlineData(47, 11.75, 3.92)]
    [InlineData(10, 3.33, 1.67)]
    [InlineData(6, 2, 1)]
    [InlineData(0, 0, 0)]
    public void The_limits_follow_the_lifetime(double lifetime, double warning, double critical) =>
        Assert.Equal(new CertificateWindow(warning, critical), CertificateWindow.For(TimeSpan.FromDays(lifetime), 30, 7));

    [Theory]
    [InlineData(365, 31, HealthStatus.Healthy)]
    [InlineData(365, 30, HealthStatus.Degraded)]
    [InlineData(365, 7, HealthStatus.Unhealthy)]
    // 90 days: renewed at 30; not renewed a week later is worth a warning, and not before.
    [InlineData(90, 29, HealthStatus.Healthy)]
    [InlineData(90, 22, HealthStatus.Degraded)]
    [InlineData(90, 6, HealthStatus.Unhealthy)]
    // 6 days: renewed at 3.
    [InlineData(6, 2.9, HealthStatus.Healthy)]
    [InlineData(6, 1.9, HealthStatus.Degraded)]
    [InlineData(6, 0.9, HealthStatus.Unhealthy)]
    public void Days_left_are_judged_by_the_lifetime(double lifetime, double left, HealthStatus expected)
    {
        var verdict = CertificateJudge.Judge(Certificate(lifetime, left), 30, 7);

        Assert.Equal(expected, verdict.Status);
        Assert.Equal(expected == HealthStatus.Healthy, verdict.Passed);
        Assert.Equal(expected == HealthStatus.Healthy, verdict.Problems.Count == 0);
        Assert.Equal(expected == HealthStatus.Healthy, verdict.NextStep.Length == 0);
    }

    [Fact]
    public void The_days_given_are_the_most()
    {
        Assert.Equal(HealthStatus.Healthy, CertificateJudge.Judge(Certificate(365, 25), 20, 5).Status);
        Assert.Equal(HealthStatus.Degraded, CertificateJudge.Judge(Certificate(365, 80), 90, 7).Status);
        Assert.Equal(HealthStatus.Healthy, CertificateJudge.Judge(Certificate(365, 0.5), 0, 0).Status);
    }

    private static CertificateInfo Certificate(double lifetime, double left) => new()
    {
        Endpoint = "x:443",
        Subject = "CN=x",
        Issuer = "CN=y",
        Serial = "1",
        Thumbprint = "2",
        NotBefore = DateTimeOffset.UtcNow.AddDays(left - lifetime),
        NotAfter = DateTimeOffset.UtcNow.AddDays(left),
        DaysLeft = left,
        KeyAlgorithm = "RSA",
        KeyBits = 2048,
        SignatureAlgorithm = "sha256RSA",
    };
}
