using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace CivicQ.Lab;

/// <summary>Counts requests and their times, and writes them in Prometheus' text format.</summary>
internal sealed class RequestMetrics
{
    private static readonly double[] Buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private readonly ConcurrentDictionary<(string Method, string Path, int Status), long> requests = new();
    private readonly Dictionary<(string Method, string Path), Histogram> durations = [];
    private readonly Lock gate = new();

    /// <summary>Counts one request.</summary>
    public void Observe(string method, string path, int status, double seconds)
    {
        requests.AddOrUpdate((method, path, status), 1, (_, count) => count + 1);
        lock (gate)
        {
            if (!durations.TryGetValue((method, path), out var histogram))
            {
                durations[(method, path)] = histogram = new Histogram(new long[Buckets.Length]);
            }

            for (var i = 0; i < Buckets.Length; i++)
            {
                histogram.Counts[i] += seconds <= Buckets[i] ? 1 : 0;
            }

            histogram.Count++;
            histogram.Sum += seconds;
        }
    }

    /// <summary>Forgets all that was counted.</summary>
    public void Clear()
    {
        requests.Clear();
        lock (gate)
        {
            durations.Clear();
        }
    }

    /// <summary>Writes all of them.</summary>
    public void Write(StringBuilder text)
    {
        Head(text, "civicq_http_requests_total", "counter", "HTTP requests.");
        foreach (var ((method, path, status), count) in requests.OrderBy(pair => pair.Key))
        {
            Line(text, "civicq_http_requests_total", $"method=\"{method}\",path=\"{Escape(path)}\",status=\"{status}\"", count);
        }

        Head(text, "civicq_http_request_duration_seconds", "histogram", "Time from the first byte of a request to the last byte of its answer.");
        lock (gate)
        {
            foreach (var ((method, path), histogram) in durations.OrderBy(pair => pair.Key))
            {
                var labels = $"method=\"{method}\",path=\"{Escape(path)}\"";
                for (var i = 0; i < Buckets.Length; i++)
                {
                    Line(text, "civicq_http_request_duration_seconds_bucket", $"{labels},le=\"{Buckets[i].ToString(CultureInfo.InvariantCulture)}\"", histogram.Counts[i]);
                }

                Line(text, "civicq_http_request_duration_seconds_bucket", $"{labels},le=\"+Inf\"", histogram.Count);
                Line(text, "civicq_http_request_duration_seconds_sum", labels, histogram.Sum);
                Line(text, "civicq_http_request_duration_seconds_count", labels, histogram.Count);
            }
        }
    }

    /// <summary>Writes the two lines that announce a metric.</summary>
    public static void Head(StringBuilder text, string name, string type, string help) => text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    /// <summary>Writes one sample.</summary>
    public static void Line(StringBuilder text, string name, string labels, double value) =>
        text.Append(name).Append(labels.Length > 0 ? $"{{{labels}}}" : "").Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private sealed class Histogram(long[] counts)
    {
        public long[] Counts { get; } = counts;

        public long Count { get; set; }

        public double Sum { get; set; }
    }
}
