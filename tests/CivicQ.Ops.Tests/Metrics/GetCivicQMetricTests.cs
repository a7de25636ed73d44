using CivicQ.Ops.Tests.Servers;

namespace CivicQ.Ops.Tests.Metrics;

public class GetCivicQMetricTests(LabFixture lab) : CmdletTests(lab)
{
    private const string Saved = """
        # TYPE jobs_total counter
        jobs_total{queue="celery",state="ok"} 3
        jobs_total{queue="celery",state="failed"} 1
        jobs_total{queue="video",state="ok"} 5
        # TYPE wait_seconds histogram
        wait_seconds_bucket{le="1"} 5
        wait_seconds_bucket{le="2"} 10
        wait_seconds_bucket{le="+Inf"} 10
        wait_seconds_sum 12
        wait_seconds_count 10
        """;

    [Fact]
    public void Series_are_chosen_by_name_and_label()
    {
        using var file = new EnvironmentsFile(("calm", LabParts.Calm()));
        Assert.Equal(200, LabParts.Get("/health"));
        var all = Succeed("Get-CivicQMetric -Environment calm");
        Assert.All(all, one => Assert.Equal("calm", one.Text("Environment")));
        Assert.Contains("process_resident_memory_bytes", All(all, "Name"));
        Assert.All(All(Succeed("Get-CivicQMetric process_* -Environment calm"), "Name"), name => Assert.StartsWith("process_", name, StringComparison.Ordinal));
        var health = Succeed("Get-CivicQMetric civicq_http_requests_total -Label @{ path = '/health'; status = '2*' } -Environment calm");
        Assert.True((double)Assert.Single(health).Get("Value")! >= 1);
    }

    [Fact]
    public async Task Rates_are_those_of_the_traffic_between()
    {
        using var file = new EnvironmentsFile(("calm", LabParts.Calm()));
        using var stop = new CancellationTokenSource();
        Assert.Equal(200, LabParts.Get("/health"));
        var traffic = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                LabParts.Get("/health");
            }
        });
        var rates = Succeed("Get-CivicQMetric civicq_http_requests_total -Label @{ path = '/health' } -Rate -IntervalSeconds 2 -Environment calm");
        await stop.CancelAsync();
        await traffic;
        Assert.Contains(rates, one => one.Get("Rate") is > 0.0);
    }

    [Fact]
    public void A_saved_scrape_is_summed_and_gives_quantiles()
    {
        var path = Path.Combine(Suite.Folder, "saved.prom");
        File.WriteAllText(path, Saved + "\n");
        Assert.Equal(["4", "5"], All(Succeed($"Get-CivicQMetric jobs_total -Path '{path}' -GroupBy queue"), "Value"));
        Assert.Equal(["9"], All(Succeed($"Get-CivicQMetric jobs_total -Path '{path}' -GroupBy @()"), "Value"));
        var quantiles = Succeed($"Get-CivicQMetric wait_seconds -Path '{path}' -Quantile 0.5, 0.9");
        Assert.Equal(["1", "1.8"], All(quantiles, "Value"));
        Assert.Equal(["0.5", "0.9"], All(quantiles, "Quantile"));
        Assert.Equal(["video"], Succeed($"Get-CivicQMetric jobs_total -Path '{path}' | Where-Object Value -gt 4").Select(one => ((IReadOnlyDictionary<string, string>)one.Get("Labels")!)["queue"]));
    }

    [Fact]
    public void A_name_that_is_not_there_is_an_error_and_a_pattern_is_not()
    {
        using var file = new EnvironmentsFile(("calm", LabParts.Calm()));
        Assert.Equal(["MetricNotFound"], Ids(Invoke("Get-CivicQMetric nosuch_total -Environment calm")));
        Assert.Empty(Succeed("Get-CivicQMetric nosuch_* -Environment calm"));
        Assert.Equal(["MetricFileUnreadable"], Ids(Invoke("Get-CivicQMetric -Path /no/such/file")));
    }

    [Theory]
    [InlineData("error", "HttpStatusUnexpected")]
    [InlineData("garbage", "MetricsInvalid")]
    [InlineData("reset", "ConnectionClosed")]
    public void An_API_that_fails_is_an_error_and_the_others_go_on(string mode, string errorId)
    {
        using var file = new EnvironmentsFile(("calm", LabParts.Calm()), ("dead", LabParts.Only("api", new System.Text.Json.Nodes.JsonObject { ["url"] = $"http://127.0.0.1:{LoopbackServer.ClosedPort()}" })));
        using (LabParts.Fault(mode))
        {
            Assert.Equal(new[] { "ConnectionRefused", errorId }.Order(StringComparer.Ordinal), Ids(Invoke("Get-CivicQMetric -Environment calm, dead")).Order(StringComparer.Ordinal));
        }

        Assert.Equal(["calm"], All(Invoke("Get-CivicQMetric process_open_fds -Environment calm, dead").Output, "Environment"));
    }

    [Fact]
    public async Task Quantiles_with_Rate_are_those_of_the_time_between()
    {
        var scrapes = 0;
        await using var server = new LoopbackServer(async (stream, token) =>
        {
            _ = await stream.ReadAsync(new byte[4096], token);
            // Before: ten quick ones. Between: ten slow ones.
            var (one, two) = Interlocked.Increment(ref scrapes) == 1 ? (10, 10) : (10, 20);
            var body = $"# TYPE wait_seconds histogram\nwait_seconds_bucket{{le=\"1\"}} {one}\nwait_seconds_bucket{{le=\"2\"}} {two}\nwait_seconds_bucket{{le=\"+Inf\"}} {two}\nwait_seconds_count {two}\nwait_seconds_sum {two}\n";
            var text = $"HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(text), token);
        });
        var line = $"Get-CivicQMetric wait_seconds -Uri http://127.0.0.1:{server.Port}/metrics -Quantile 0.5 -TimeoutSeconds 60 -Rate -IntervalSeconds 0.1";
        var between = Assert.Single(Succeed(line));
        Assert.Equal(("0.5", "1.5"), (between.Text("Quantile"), between.Text("Value")));
        Assert.Equal(2, scrapes);
    }

    [Fact]
    public async Task A_hung_server_costs_its_time_and_Ctrl_C_ends_it()
    {
        await using var silent = LoopbackServer.Silent();
        var line = $"Get-CivicQMetric -Uri http://127.0.0.1:{silent.Port}/metrics -TimeoutSeconds ";
        Assert.Equal(["HttpTimeout"], Ids(Invoke(line + "1")));
        await silent.EmptyAsync();
        await using var second = LoopbackServer.Silent();
        await StopAsync($"Get-CivicQMetric -Uri http://127.0.0.1:{second.Port}/metrics -TimeoutSeconds 600", second);
    }
}
