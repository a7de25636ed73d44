using System.Diagnostics;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Measures;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Health;

/// <summary>Watches an environment until its health has held for a period: the runbook's "monitor for 30 minutes".</summary>
public static class HealthMonitor
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    /// <summary>Watches. A component that falls sets the clock back to nothing.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="probes">The probes.</param>
    /// <param name="options">What to wait for, and how long.</param>
    /// <param name="cancellationToken">Ends the watch at once.</param>
    /// <returns>How it went; <see cref="HealthTimeline.Held"/> is false where the time was over first.</returns>
    public static async Task<HealthTimeline> WatchAsync(
        EnvironmentContext context, IReadOnlyList<IHealthProbe> probes, HealthWatchOptions options, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var state = new Watch(options, DateTimeOffset.UtcNow, context.Name);
        while (true)
        {
            var began = clock.Elapsed;
            var results = new List<HealthResult>();
            await foreach (var result in HealthRunner.CheckAsync(context, probes, cancellationToken).ConfigureAwait(false))
            {
                results.Add(result);
            }

            state.Add(results, clock.Elapsed);
            var held = state.HeldFor(clock.Elapsed);
            if (held >= options.Period || clock.Elapsed >= options.Timeout)
            {
                Report(context, state, clock.Elapsed, options, completed: true);
                return state.Timeline(held: held >= options.Period);
            }

            // The next round begins at its time, at the end of the period, or when the time is over, whichever is first.
            var next = began + options.Interval;
            if (held is { } soFar && clock.Elapsed + options.Period - soFar < next)
            {
                next = clock.Elapsed + options.Period - soFar;
            }

            next = next < options.Timeout ? next : options.Timeout;
            do
            {
                Report(context, state, clock.Elapsed, options, completed: false);
                var pause = next - clock.Elapsed;
                await Task.Delay(pause <= TimeSpan.Zero ? TimeSpan.FromMilliseconds(1) : pause < Tick ? pause : Tick, cancellationToken).ConfigureAwait(false);
            }
            while (clock.Elapsed < next);
        }
    }

    private static void Report(EnvironmentContext context, Watch state, TimeSpan now, HealthWatchOptions options, bool completed)
    {
        var held = state.HeldFor(now);
        var flaps = state.Flaps == 0 ? "" : $", lost {state.Flaps} times";
        context.Reporter.Progress(new ProgressReport(
            $"Health of {context.Name}",
            held is { } time ? $"healthy for {Measure.Duration(time)} of {Measure.Duration(options.Period)}{flaps}" : $"waiting for {state.Bad}{flaps}",
            held is { } part && options.Period > TimeSpan.Zero ? Math.Min(1, part / options.Period) : 0,
            held is { } done && done < options.Period ? options.Period - done : null,
            completed));
    }

    // What has been seen so far.
    private sealed class Watch(HealthWatchOptions options, DateTimeOffset startedAt, string environment)
    {
        private readonly Dictionary<(string Component, string Check), HealthStatus> last = [];
        private readonly List<HealthTransition> transitions = [];
        private IReadOnlyList<HealthResult> remaining = [];
        private HealthStatus worst = HealthStatus.Healthy;
        private TimeSpan? since;
        private DateTimeOffset? sinceAt;
        private int rounds;
        private int good;

        public int Flaps { get; private set; }

        public string Bad => string.Join(", ", remaining.Select(result => $"{result.Component} ({result.Check} {result.Status})"));

        public TimeSpan? HeldFor(TimeSpan now) => since is { } start ? now - start : null;

        public void Add(IReadOnlyList<HealthResult> results, TimeSpan now)
        {
            var at = DateTimeOffset.UtcNow;
            foreach (var result in results)
            {
                var key = (result.Component, result.Check);
                HealthStatus? before = last.TryGetValue(key, out var known) ? known : null;
                last[key] = result.Status;
                if (before is null ? Counts(result) : before != result.Status)
                {
                    transitions.Add(new HealthTransition(at, result.Component, result.Check, before, result.Status, result.Detail));
                }
            }

            // A component that does not answer gives one check instead of its usual ones: those are forgotten, not healthy.
            remaining = [.. results.Where(Counts)];
            worst = results.Select(result => result.Status).Where(status => status >= HealthStatus.Degraded).DefaultIfEmpty(HealthStatus.Healthy).Max();
            rounds++;
            if (remaining.Count > 0)
            {
                Flaps += since is null ? 0 : 1;
                since = null;
                sinceAt = null;
                return;
            }

            good++;
            since ??= now;
            sinceAt ??= at;
        }

        public HealthTimeline Timeline(bool held) => new()
        {
            Environment = environment,
            Held = held,
            Required = options.Required,
            Period = options.Period,
            StartedAt = startedAt,
            EndedAt = DateTimeOffset.UtcNow,
            HealthySince = sinceAt,
            Rounds = rounds,
            Availability = (double)good / rounds,
            Flaps = Flaps,
            Transitions = [.. transitions],
            Worst = worst,
            Remaining = remaining,
        };

        // Unknown and NotConfigured are no fault; waiting would not change them.
        private bool Counts(HealthResult result) => result.Status >= HealthStatus.Degraded && result.Status > options.Required;
    }
}
