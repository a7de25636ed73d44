using System.Text;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Metrics;

namespace CivicQ.Ops.Core.Tests.Metrics;

public sealed class MetricReaderTests
{
    [Fact]
    public async Task The_example_of_the_prometheus_format_is_read()
    {
        var scrape = await ReadAsync("""
            # HELP http_requests_total The total number of HTTP requests.
            # TYPE http_requests_total counter
            http_requests_total{method="post",code="200"} 1027 1395066363000
            http_requests_total{method="post",code="400"}    3 1395066363000

            # Escaping in label values:
            msdos_file_access_time_seconds{path="C:\\DIR\\FILE.TXT",error="Cannot find file:\n\"FILE.TXT\""} 1.458255915e9

            # Minimalistic line:
            metric_without_timestamp_and_labels 12.47

            # A weird metric from before the epoch:
            something_weird{problem="division by zero"} +Inf -3982045

            # TYPE rpc_duration_seconds summary
            rpc_duration_seconds{quantile="0.01"} 3102
            rpc_duration_seconds_sum 1.7560473e+07
            rpc_duration_seconds_count 2693
            """, MetricFormat.Prometheus);

        Assert.Equal(8, scrape.Points.Count);
        Assert.Equal(0, scrape.Malformed);
        var first = scrape.Points[0];
        Assert.Equal((MetricType.Counter, "The total number of HTTP requests.", 1027.0), (first.Family.Type, first.Family.Help!, first.Value));
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1395066363000), first.Time);
        Assert.Equal(["code", "method"], first.Labels.Pairs.ToArray().Select(pair => pair.Key));
        Assert.Equal("C:\\DIR\\FILE.TXT", scrape.Points[2].Labels["path"]);
        Assert.Equal("Cannot find file:\n\"FILE.TXT\"", scrape.Points[2].Labels["error"]);
        Assert.Equal(double.PositiveInfinity, scrape.Points[4].Value);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(-3982045), scrape.Points[4].Time);
        Assert.Equal((MetricType.Summary, "rpc_duration_seconds"), (scrape.Points[7].Family.Type, scrape.Points[7].Family.Name));
    }

    [Fact]
    public async Task Openmetrics_has_units_suffixes_exemplars_and_an_end()
    {
        var scrape = await ReadAsync("""
            # TYPE acme_http_router_request_seconds summary
            # UNIT acme_http_router_request_seconds seconds
            # HELP acme_http_router_request_seconds Latency though all of ACME's HTTP request router.
            acme_http_router_request_seconds_sum{path="/api/v1",method="GET"} 9036.32
            acme_http_router_request_seconds_created{path="/api/v1",method="GET"} 1605281325.0
            # TYPE go_goroutines gauge
            go_goroutines 69
            # TYPE process_cpu_seconds counter
            process_cpu_seconds_total 4.20072246e+06 1520879607.789
            # TYPE foo histogram
            foo_bucket{le="0.01"} 0
            foo_bucket{le="+Inf"} 17 # {trace_id="oHg5SJYRHA0"} 9.8 1520879607.789
            # TYPE build info
            build_info{version="1"} 1
            # EOF
            after_the_end 1
            """, MetricFormat.OpenMetrics);

        Assert.Equal(7, scrape.Points.Count);
        Assert.Equal("seconds", scrape.Points[0].Family.Unit);
        Assert.Equal((MetricType.Counter, "process_cpu_seconds"), (scrape.Points[3].Family.Type, scrape.Points[3].Family.Name));
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1520879607789), scrape.Points[3].Time);
        var exemplar = scrape.Points[5].Exemplar!;
        Assert.Equal(("oHg5SJYRHA0", 9.8), (exemplar.Labels["trace_id"], exemplar.Value));
        Assert.NotNull(exemplar.Time);
        Assert.Equal(MetricType.Info, scrape.Points[6].Family.Type);
    }

    [Theory]
    [InlineData("a NaN", double.NaN)]
    [InlineData("a +Inf", double.PositiveInfinity)]
    [InlineData("a -Inf", double.NegativeInfinity)]
    [InlineData("a infinity", double.PositiveInfinity)]
    [InlineData("a\t1e-3", 0.001)]
    [InlineData("  a   -0.5  ", -0.5)]
    [InlineData("a{}1", 1)]
    [InlineData("a{b=\"c\",} 1", 1)]
    [InlineData("a { b = \"}\" , c=\"#\" } 1", 1)]
    [InlineData("{\"a.b\",c=\"d\"} 1", 1)]
    [InlineData("a{\"c.d\"=\"e\"} 1", 1)]
    [InlineData("a:b_c1 1", 1)]
    [InlineData("a{b=\"\\q\"} 1\r", 1)]
    public async Task Unusual_lines_are_read(string line, double value)
    {
        var scrape = await ReadAsync(line);
        Assert.Equal(value, Assert.Single(scrape.Points).Value);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a{")]
    [InlineData("a{b} 1")]
    [InlineData("a{b=} 1")]
    [InlineData("a{b=\"c} 1")]
    [InlineData("a{b=\"c\\\"} 1")]
    [InlineData("a{b=\"c\" d=\"e\"} 1")]
    [InlineData("a{b=\"c\",b=\"d\"} 1")]
    [InlineData("a{,} 1")]
    [InlineData("1a 1")]
    [InlineData("a b")]
    [InlineData("a 1 2 3")]
    [InlineData("a 1,5")]
    [InlineData("a 1_000")]
    [InlineData("a 1 # {b=\"c\"}")]
    [InlineData("a 1 # nonsense")]
    [InlineData("{} 1")]
    [InlineData("{\"a\",\"b\"} 1")]
    public async Task Broken_lines_are_counted_and_hide_nothing(string line)
    {
        var scrape = await ReadAsync($"before 1\n{line}\nafter 2\n");

        Assert.Equal(["before", "after"], scrape.Points.Select(point => point.Name));
        Assert.Equal(1, scrape.Malformed);
    }

    [Theory]
    [InlineData("<html><body>Not found</body></html>")]
    [InlineData("{\"status\":\"healthy\"}")]
    public async Task What_is_no_scrape_is_an_error(string text)
    {
        var error = await Assert.ThrowsAsync<OperationException>(() => ReadAsync(text));
        Assert.Equal(MetricErrors.Invalid, error.Definition);
    }

    [Fact]
    public async Task Random_bytes_never_throw_anything_else()
    {
        var random = new Random(4711);
        var alphabet = "abc_:{}\"\\=,#\n\r \t019.+-eNInf TYPEHELPUNITEOF\u0000\u00ff"u8.ToArray();
        for (var round = 0; round < 3000; round++)
        {
            var bytes = new byte[random.Next(0, 400)];
            if (round % 3 == 0)
            {
                random.NextBytes(bytes);
            }
            else
            {
                random.GetItems(alphabet, bytes);
            }

            try
            {
                using var stream = new MemoryStream(bytes);
                var scrape = await MetricReader.ReadAsync(stream, (MetricFormat)(round % 3), null, "test", default);
                Assert.True(scrape.Points.Count <= scrape.Read);
            }
            catch (OperationException error)
            {
                Assert.Equal(MetricErrors.Invalid, error.Definition);
            }
        }
    }

    [Fact]
    public async Task What_is_written_is_read_back_however_it_is_cut()
    {
        var random = new Random(42);
        for (var round = 0; round < 200; round++)
        {
            var text = new StringBuilder();
            List<(string Label, double Value)> written = [];
            for (var i = random.Next(1, 40); i > 0; i--)
            {
                var label = string.Concat(Enumerable.Range(0, random.Next(0, 30)).Select(_ => "ab\"\\\n{},= #é\u4e2d🎉"[random.Next(12)]));
                var value = random.NextDouble() * Math.Pow(10, random.Next(-300, 300));
                written.Add((label, value));
                var escaped = label.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"metric{{l=\"{escaped}\"}} {value:R}\n");
            }

            using var stream = new DribblingStream(Encoding.UTF8.GetBytes(text.ToString()), random);
            var scrape = await MetricReader.ReadAsync(stream, MetricFormat.Prometheus, null, "test", default);

            Assert.Equal(written, scrape.Points.Select(point => (point.Labels["l"]!, point.Value)));
        }
    }

    [Fact]
    public async Task A_long_line_is_read_and_an_endless_one_is_an_error()
    {
        var scrape = await ReadAsync($"a{{b=\"{new string('x', 500_000)}\"}} 1\n");
        Assert.Equal(500_000, scrape.Points[0].Labels["b"]!.Length);

        var error = await Assert.ThrowsAsync<OperationException>(() => ReadAsync($"a{{b=\"{new string('x', 3_000_000)}\"}} 1\n"));
        Assert.Equal(MetricErrors.Invalid, error.Definition);
    }

    [Fact]
    public async Task Only_what_is_wanted_is_kept()
    {
        using var stream = new MemoryStream("# TYPE a histogram\na_bucket{le=\"1\"} 1\na_sum 2\nb 3\n"u8.ToArray());
        var scrape = await MetricReader.ReadAsync(stream, default, (_, family) => family == "a", "test", default);

        Assert.Equal(["a_bucket", "a_sum"], scrape.Points.Select(point => point.Name));
        Assert.Equal(3, scrape.Read);
    }

    private static async Task<MetricScrape> ReadAsync(string text, MetricFormat format = MetricFormat.Unspecified)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return await MetricReader.ReadAsync(stream, format, null, "test", default);
    }
}
