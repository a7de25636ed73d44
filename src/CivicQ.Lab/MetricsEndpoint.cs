using System.Diagnostics;
using System.Text;
using Npgsql;
using StackExchange.Redis;

namespace CivicQ.Lab;

/// <summary><c>/metrics</c> in Prometheus' text format.</summary>
/// <param name="requests">The requests' counters.</param>
/// <param name="health">Knows the database's sessions.</param>
/// <param name="celery">Knows the queues.</param>
internal sealed class MetricsEndpoint(RequestMetrics requests, HealthEndpoints health, CeleryControl celery)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Writes all metrics; those of a server that does not answer are left out.</summary>
    public async Task<IResult> GetAsync(CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        requests.Write(text);
        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            end.CancelAfter(Patience);
            var (used, _) = await health.ConnectionsAsync(end.Token).WaitAsync(end.Token).ConfigureAwait(false);
            RequestMetrics.Head(text, "civicq_db_connections", "gauge", "Sessions in the database.");
            RequestMetrics.Line(text, "civicq_db_connections", "", used);
        }
        catch (Exception error) when (error is NpgsqlException or OperationCanceledException or TimeoutException)
        {
            text.Append("# civicq_db_connections: the database does not answer\n");
        }

        try
        {
            var lengths = await celery.LengthsAsync().WaitAsync(Patience, cancellationToken).ConfigureAwait(false);
            RequestMetrics.Head(text, "civicq_celery_queue_length", "gauge", "Tasks that wait.");
            foreach (var (queue, length) in lengths)
            {
                RequestMetrics.Line(text, "civicq_celery_queue_length", $"queue=\"{queue}\"", length);
            }
        }
        catch (Exception error) when (error is RedisException or OperationCanceledException or TimeoutException)
        {
            text.Append("# civicq_celery_queue_length: Redis does not answer\n");
        }

        WriteProcess(text);
        return Results.Text(text.ToString(), "text/plain; version=0.0.4; charset=utf-8");
    }

    private static void WriteProcess(StringBuilder text)
    {
        using var self = Process.GetCurrentProcess();
        Write("process_cpu_seconds_total", "counter", "CPU time of user and system.", self.TotalProcessorTime.TotalSeconds);
        Write("process_resident_memory_bytes", "gauge", "Memory in RAM.", self.WorkingSet64);
        Write("process_virtual_memory_bytes", "gauge", "Address space.", self.VirtualMemorySize64);
        Write("process_start_time_seconds", "gauge", "Start of the process, Unix time.", new DateTimeOffset(self.StartTime).ToUnixTimeMilliseconds() / 1000.0);
        if (Directory.Exists("/proc/self/fd"))
        {
            Write("process_open_fds", "gauge", "Open file descriptors.", Directory.EnumerateFiles("/proc/self/fd").Count());
        }

        void Write(string name, string type, string help, double value)
        {
            RequestMetrics.Head(text, name, type, help);
            RequestMetrics.Line(text, name, "", value);
        }
    }
}
