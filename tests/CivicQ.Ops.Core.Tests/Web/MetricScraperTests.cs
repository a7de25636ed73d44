using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Metrics;
using CivicQ.Ops.Core.Web;

namespace CivicQ.Ops.Core.Tests.Web;

public sealed class MetricScraperTests
{
    [Fact]
    public async Task Two_scrapes_give_a_rate()
    {
        var count = 0;
        await using var server = new HttpLoopback().On("/metrics", async (_, stream, token) =>
        {
            var body = FormattableString.Invariant($"# TYPE a counter\na_total {100 * Interlocked.Increment(ref count)}\n# EOF\n");
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(
                FormattableString.Invariant($"HTTP/1.1 200 OK\r\nContent-Type: application/openmetrics-text; version=1.0.0\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}")), token);
        });
        var context = TestContext.Of(server.Address);

        var sample = Assert.Single(await AskAsync(context, MetricScraper.AddressOf(context), TimeSpan.FromMilliseconds(50)));

        Assert.Equal(("test", 200.0), (sample.Environment, sample.Value));
        Assert.True(sample.Rate is > 0 and <= 2000);
        Assert.Contains("application/openmetrics-text", server.Requests.First(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_fault_has_its_own_error()
    {
        await using var server = new HttpLoopback()
            .On("/500", 500, "text/plain", "a 1\n").On("/html", 200, "text/html", "<html>").On("/garbage", 200, "text/plain", "<<<\n").Hangs("/slow");
        (string Path, ErrorDefinition Error)[] cases =
        [
            ("500", WebErrors.StatusUnexpected), ("html", MetricErrors.Invalid), ("garbage", MetricErrors.Invalid), ("slow", WebErrors.Timeout), ("404", WebErrors.StatusUnexpected),
        ];
        foreach (var (path, expected) in cases)
        {
            var error = await Assert.ThrowsAsync<OperationException>(() => AskAsync(TestContext.Of(timeout: 1), new Uri(server.Address, path)));
            Assert.Equal((path, expected.Id), (path, error.Definition.Id));
        }

        Assert.Equal(EnvironmentErrors.ComponentNotConfigured, Assert.Throws<OperationException>(() => MetricScraper.AddressOf(TestContext.Of())).Definition);
    }

    [Fact]
    public async Task Lines_left_out_are_warned_about()
    {
        var reporter = new RecordingReporter();
        await using var server = new HttpLoopback().On("/metrics", 200, "text/plain", "a 1\nbroken{\nb 2\n");

        Assert.Equal(2, (await AskAsync(TestContext.Of(reporter: reporter), new Uri(server.Address, "metrics"))).Count);
        Assert.Contains("1 lines could not be read", Assert.Single(reporter.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_saved_scrape_is_read()
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, "a{b=\"c\"} 1\n");
            List<MetricSample> samples = [];
            await foreach (var sample in MetricScraper.ReadFileAsync(TestContext.Of(), path, new MetricRequest(), default))
            {
                samples.Add(sample);
            }

            Assert.Equal(("a", 1.0, "c"), (samples[0].Name, samples[0].Value, samples[0].Labels["b"]));
        }
        finally
        {
            File.Delete(path);
        }

        var error = await Assert.ThrowsAsync<OperationException>(async () =>
        {
            await foreach (var sample in MetricScraper.ReadFileAsync(TestContext.Of(), path, new MetricRequest(), default))
            {
                Assert.Fail(sample.Name);
            }
        });
        Assert.Equal(MetricErrors.FileUnreadable, error.Definition);
    }

    private static async Task<List<MetricSample>> AskAsync(EnvironmentContext context, Uri address, TimeSpan? interval = null)
    {
        List<MetricSample> samples = [];
        await foreach (var sample in MetricScraper.QueryAsync(context, address, new MetricRequest(), interval, null, default))
        {
            samples.Add(sample);
        }

        return samples;
    }
}
