using System.Globalization;
using System.Text;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Logs;
using CivicQ.Ops.Core.Tests.Support;

namespace CivicQ.Ops.Core.Tests.Logs;

public sealed class RecentErrorCounterTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("civicq-logs-").FullName;
    private readonly DateTimeOffset now = DateTimeOffset.Now;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Write(string name, params string[] lines)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, string.Join('\n', lines) + "\n");
        return path;
    }

    private string Python(int minutesAgo, string level, string text) =>
        now.AddMinutes(-minutesAgo).ToString("yyyy-MM-dd HH:mm:ss,fff", CultureInfo.InvariantCulture) + $" {level} app.api: {text}";

    private string Nginx(int minutesAgo, int status) =>
        $"127.0.0.1 - - [{now.AddMinutes(-minutesAgo).UtcDateTime.ToString("dd/MMM/yyyy:HH:mm:ss", CultureInfo.InvariantCulture)} +0000] \"GET /api HTTP/1.1\" {status} 12 \"-\" \"agent\" 0.004";

    [Fact]
    public async Task The_last_hours_errors_are_counted_and_older_ones_are_not()
    {
        var path = Write(
            "app.log", Python(90, "ERROR", "old"), Python(59, "ERROR", "one"), "Traceback (most recent call last):", "  ERROR inside a traceback", Python(30, "INFO", "no ERROR here"),
            Python(5, "CRITICAL", "two"), Python(1, "WARNING", "no"));
        var found = await RecentErrorCounter.ApplicationAsync(path, now.AddHours(-1), CancellationToken.None);
        Assert.Equal((2, 4, true), (found.Errors, found.Entries, found.Complete));
        Assert.Equal(now.AddMinutes(-5).ToUnixTimeSeconds(), found.Latest!.Value.ToUnixTimeSeconds());
    }

    [Fact]
    public async Task Rotation_within_the_hour_is_followed()
    {
        Write("app.log.2", Python(200, "ERROR", "older still"));
        Write("app.log.1", Python(100, "ERROR", "old"), Python(50, "ERROR", "before the rotation"));
        var path = Write("app.log", Python(10, "ERROR", "after it"));
        Assert.Equal(2, (await RecentErrorCounter.ApplicationAsync(path, now.AddHours(-1), CancellationToken.None)).Errors);
    }

    [Fact]
    public async Task Failed_requests_are_counted_by_the_status_alone()
    {
        var path = Write("access.log", Nginx(90, 500), Nginx(20, 200), Nginx(10, 503), Nginx(5, 404), "rubbish without a time", Nginx(1, 599));
        var found = await RecentErrorCounter.AccessAsync(path, now.AddHours(-1), CancellationToken.None);
        Assert.Equal((2, 4), (found.Errors, found.Entries));
    }

    [Fact]
    public async Task A_large_log_is_not_read_whole()
    {
        var path = Path.Combine(folder, "large.log");
        var old = Encoding.UTF8.GetBytes(Python(600, "ERROR", new string('x', 1000)) + "\n");
        await using (var file = File.Create(path))
        {
            for (var i = 0; i < 40_000; i++)
            {
                await file.WriteAsync(old);
            }

            for (var i = 0; i < 1000; i++)
            {
                await file.WriteAsync(Encoding.UTF8.GetBytes(Python(3, "ERROR", "new") + "\r\n"));
            }
        }

        var found = await RecentErrorCounter.ApplicationAsync(path, now.AddHours(-1), CancellationToken.None);
        Assert.Equal(1000, found.Errors);
        Assert.True(found.BytesRead < 1_000_000, $"{found.BytesRead} bytes were read");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(70_000)]
    [InlineData(600_000)]
    public async Task Lines_of_any_length_over_block_borders_are_whole(int length)
    {
        var lines = Enumerable.Range(0, 7).Select(i => new string((char)('a' + i), length + i)).ToList();
        var path = Write("lines.log", [.. lines]);
        var found = new List<string>();
        await using var file = File.OpenRead(path);
        Assert.False(await BackwardLineReader.ReadAsync(file, line => { found.Add(Encoding.UTF8.GetString(line)); return true; }, CancellationToken.None));
        found.Reverse();
        Assert.Equal(lines, found);
    }

    [Fact]
    public async Task Stopped_early_it_says_at_least()
    {
        var path = Write("app.log", Python(1, "ERROR", "one"));
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        Assert.False((await RecentErrorCounter.ApplicationAsync(path, now.AddHours(-1), stopped.Token)).Complete);
    }

    [Theory]
    [InlineData("2026-02-14 12:00:00,123 ERROR x", "2026-02-14T12:00:00", null)]
    [InlineData("[2026-02-14 12:00:00,123: ERROR/MainProcess] x", "2026-02-14T12:00:00", null)]
    [InlineData("2026-02-14T12:00:00.123456Z ERROR x", "2026-02-14T12:00:00", 0)]
    [InlineData("2026-02-14T12:00:00+02:00 ERROR x", "2026-02-14T12:00:00", 120)]
    [InlineData("2026-99-14 12:00:00,123 ERROR x", null, null)]
    [InlineData("Traceback", null, null)]
    public void Times_of_python_logging(string line, string? expected, int? zoneMinutes)
    {
        var time = LogLineParser.ApplicationTime(Encoding.UTF8.GetBytes(line));
        Assert.Equal(expected, time?.DateTime.ToString("s", CultureInfo.InvariantCulture));
        if (zoneMinutes is { } minutes)
        {
            Assert.Equal(minutes, time!.Value.Offset.TotalMinutes);
        }
    }

    [Theory]
    [InlineData("2026-02-14 12:00:00,123 ERROR app: x", true)]
    [InlineData("2026-02-14 12:00:00,123 - app - CRITICAL - x", true)]
    [InlineData("2026-02-14 12:00:00,123 INFO app: ERROR in the text", false)]
    [InlineData("2026-02-14 12:00:00,123 WARNING app: NO_ERROR", false)]
    [InlineData("2026-02-14 12:00:00,123 ERRORS app: x", false)]
    public void Levels_of_python_logging(string line, bool error) => Assert.Equal(error, LogLineParser.IsApplicationError(Encoding.UTF8.GetBytes(line)));

    [Fact]
    public async Task The_probe_judges_the_share_and_says_what_it_could_not_read()
    {
        var access = Write("access.log", [.. Enumerable.Range(0, 97).Select(_ => Nginx(5, 200)), Nginx(4, 500), Nginx(4, 500), Nginx(4, 502)]);
        var environment = new CivicQEnvironment { Name = "t", Logs = new LogSettings { Access = [access], Application = [Path.Combine(folder, "missing.log")] } };
        var results = await HealthRunner.CheckOneAsync(new LogHealthProbe(), TestContexts.Create(environment), ThresholdSet.For(environment), CancellationToken.None);
        var rate = results.Single(result => result.Check == "ErrorRate");
        Assert.Equal((HealthStatus.Degraded, 0.03), (rate.Status, Math.Round(rate.Value!.Value, 4)));
        var errors = results.Single(result => result.Check == "Errors");
        Assert.Equal((HealthStatus.Unknown, "LogNotReadable"), (errors.Status, errors.ErrorId));
        Assert.Contains("missing.log", errors.Detail, StringComparison.Ordinal);
    }
}
