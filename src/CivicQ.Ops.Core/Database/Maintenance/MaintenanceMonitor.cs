using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using CivicQ.Ops.Core.Operations;
using Npgsql;

namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>Watches the workers from the run's leading connection: the server's own progress figures, and whom they wait for.</summary>
/// <param name="activity">What is done, for the progress bar.</param>
/// <param name="items">All the work.</param>
/// <param name="reporter">Where progress is reported.</param>
internal sealed class MaintenanceMonitor(string activity, IReadOnlyList<MaintenanceItem> items, IOperationReporter reporter)
{
    /// <summary>At most four a second.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);

    // One row a worker that is in a phase of its own, and one for each that waits for a lock.
    private const string Question = """
        SELECT pid, 'vacuum', phase, CASE phase WHEN 'scanning heap' THEN heap_blks_scanned WHEN 'vacuuming heap' THEN heap_blks_vacuumed END, heap_blks_total, NULL::text, NULL::text
        FROM pg_catalog.pg_stat_progress_vacuum WHERE pid = ANY($1)
        UNION ALL
        SELECT pid, 'analyze', phase, sample_blks_scanned, sample_blks_total, NULL, NULL FROM pg_catalog.pg_stat_progress_analyze WHERE pid = ANY($1)
        UNION ALL
        SELECT pid, 'cluster', phase, CASE WHEN phase LIKE '%scanning heap' THEN heap_blks_scanned END, heap_blks_total, NULL, NULL
        FROM pg_catalog.pg_stat_progress_cluster WHERE pid = ANY($1)
        UNION ALL
        SELECT pid, 'index', phase,
               CASE WHEN tuples_total > 0 THEN tuples_done WHEN blocks_total > 0 THEN blocks_done ELSE lockers_done END,
               CASE WHEN tuples_total > 0 THEN tuples_total WHEN blocks_total > 0 THEN blocks_total ELSE lockers_total END, NULL, NULL
        FROM pg_catalog.pg_stat_progress_create_index WHERE pid = ANY($1)
        UNION ALL
        SELECT w.pid, 'waiting', b.pid::text, NULL, NULL, b.usename::text, b.application_name
        FROM pg_catalog.pg_stat_activity w
        JOIN pg_catalog.pg_stat_activity b ON b.pid = (pg_catalog.pg_blocking_pids(w.pid))[1]
        WHERE w.pid = ANY($1) AND w.wait_event_type = 'Lock'
        """;

    private readonly long total = Math.Max(1, items.Sum(item => Weight(item)));
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly ConcurrentDictionary<int, MaintenanceItem> working = new();
    private readonly ConcurrentDictionary<int, string> blockers = new();
    private long finished;
    private int count;

    /// <summary>A worker begins.</summary>
    public void Begin(int processId, MaintenanceItem item)
    {
        blockers.TryRemove(processId, out _);
        working[processId] = item;
    }

    /// <summary>A worker stopped, with or without success.</summary>
    public void Pause(int processId) => working.TryRemove(processId, out _);

    /// <summary>A piece of work is over.</summary>
    public void Finish(MaintenanceItem item)
    {
        Interlocked.Add(ref finished, Weight(item));
        Interlocked.Increment(ref count);
    }

    /// <summary>Whom a worker was last seen waiting for.</summary>
    public string? Blocker(int processId) => blockers.GetValueOrDefault(processId);

    /// <summary>Watches until it is told to stop.</summary>
    /// <param name="control">The leading connection; connects again when it is cut.</param>
    /// <param name="patience">How long a server that went away is waited for.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task WatchAsync(MaintenanceControl control, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                await ReportAsync(control.Connection.Inner, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (error is NpgsqlException or InvalidOperationException && !control.Connection.IsOpen)
            {
                reporter.Verbose($"The connection that leads the run was cut ({error.Message}); connecting again.");
                await control.ReopenAsync(patience, cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException error)
            {
                // No figures this time; the work does not depend on them.
                reporter.Verbose($"The server's progress figures could not be read: {error.MessageText}");
            }
        }
    }

    /// <summary>The last report.</summary>
    public void Complete() => reporter.Progress(new ProgressReport(activity, $"{count} of {items.Count}", 1, Completed: true));

    private static long Weight(MaintenanceItem item) => item.Weight == long.MaxValue ? 1 : Math.Max(8192, item.Weight);

    private async Task ReportAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var processes = working.Keys.ToArray();
        var texts = new List<string> { string.Create(CultureInfo.InvariantCulture, $"{count} of {items.Count}") };
        double done = Interlocked.Read(ref finished);
        if (processes.Length > 0)
        {
            await using var command = new NpgsqlCommand(Question, connection) { Parameters = { new() { Value = processes } } };
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var process = reader.GetInt32(0);
                if (!working.TryGetValue(process, out var item))
                {
                    continue;
                }

                if (reader.GetString(1) == "waiting")
                {
                    var who = LockHolder.Describe(
                        int.Parse(reader.GetString(2), CultureInfo.InvariantCulture), reader.IsDBNull(5) ? null : reader.GetString(5), reader.IsDBNull(6) ? null : reader.GetString(6), null, null);
                    blockers[process] = who;
                    texts.Add($"{item.Name} waits for {who}");
                    continue;
                }

                double? share = reader.IsDBNull(3) || reader.IsDBNull(4) || reader.GetInt64(4) == 0 ? null : Math.Clamp((double)reader.GetInt64(3) / reader.GetInt64(4), 0, 1);
                done += Share(item, reader.GetString(1), reader.GetString(2), share) * Weight(item);
                texts.Add(string.Create(CultureInfo.InvariantCulture, $"{item.Name} {reader.GetString(2)}{(share is { } part ? $" {part * 100:0} %" : "")}"));
            }
        }

        var fraction = Math.Clamp(done / total, 0, 1);
        TimeSpan? remaining = fraction > 0.05 ? clock.Elapsed * ((1 - fraction) / fraction) : null;
        reporter.Progress(new ProgressReport(activity, string.Join("; ", texts), fraction, remaining));
    }

    // How far one table is: the long phases count for most of it.
    private static double Share(MaintenanceItem item, string kind, string phase, double? share) => (kind, phase) switch
    {
        ("vacuum", "scanning heap") => 0.7 * (share ?? 0),
        ("vacuum", "vacuuming heap") => 0.8 + (0.1 * (share ?? 0)),
        ("vacuum", "vacuuming indexes") => 0.75,
        ("vacuum", "initializing") => 0,
        ("vacuum", _) => 0.9,
        ("analyze", _) => item.Action == MaintenanceAction.Analyze ? share ?? 0.95 : 0.9 + (0.1 * (share ?? 0)),
        ("cluster", _) => share is { } part ? 0.7 * part : 0.75,
        _ => share ?? 0.9,
    };
}
