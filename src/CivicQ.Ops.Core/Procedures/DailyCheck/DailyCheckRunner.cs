using System.Diagnostics;
using System.IO.Enumeration;
using System.Runtime.CompilerServices;
using System.Text.Json;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;

namespace CivicQ.Ops.Core.Procedures.DailyCheck;

/// <summary>
/// The manual's morning checklist. All steps run at once and come out in the manual's order. What a step checks is data; a system
/// that is added later takes part by listing its probe, and the steps whose probes are not there yet say so.
/// </summary>
public static class DailyCheckRunner
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly Lazy<IReadOnlyList<DailyCheckStep>> Shipped = new(Read);

    /// <summary>The nine steps.</summary>
    public static IReadOnlyList<DailyCheckStep> Steps => Shipped.Value;

    /// <summary>The steps of these numbers or names.</summary>
    /// <param name="include">Numbers or names, wildcards allowed; all steps when empty.</param>
    /// <param name="exclude">Numbers or names to leave out.</param>
    /// <returns>The steps, in the manual's order.</returns>
    /// <exception cref="OperationException"><see cref="HealthErrors.StepNotFound"/>: a name fits none.</exception>
    public static IReadOnlyList<DailyCheckStep> Named(IReadOnlyList<string> include, IReadOnlyList<string> exclude)
    {
        foreach (var name in include.Concat(exclude))
        {
            if (!Steps.Any(step => Matches(step, name)))
            {
                throw new OperationException(
                    HealthErrors.StepNotFound, $"There is no step '{name}'. There are: {string.Join(", ", Steps.Select(step => $"{step.Step} {step.Name}"))}.", name);
            }
        }

        return [.. Steps.Where(step => (include.Count == 0 || include.Any(name => Matches(step, name))) && !exclude.Any(name => Matches(step, name)))];
    }

    /// <summary>Runs steps, all at once.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="steps">The steps.</param>
    /// <param name="cancellationToken">Ends all of them.</param>
    /// <returns>One result a step, in the order given, each as soon as it and those before it are done.</returns>
    public static IAsyncEnumerable<DailyCheckResult> RunAsync(
        EnvironmentContext context, IReadOnlyList<DailyCheckStep> steps, CancellationToken cancellationToken) =>
        RunAsync(context, steps, [.. HealthProbes.All, .. HealthProbes.DailyOnly], cancellationToken);

    /// <summary>Runs steps with the given probes.</summary>
    internal static async IAsyncEnumerable<DailyCheckResult> RunAsync(
        EnvironmentContext context, IReadOnlyList<DailyCheckStep> steps, IReadOnlyList<IHealthProbe> probes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var thresholds = ThresholdSet.For(context.Environment);
        var running = steps.Select(step => RunOneAsync(step, context, thresholds, probes, cancellationToken)).ToList();
        foreach (var step in running)
        {
            yield return await step.ConfigureAwait(false);
        }
    }

    private static async Task<DailyCheckResult> RunOneAsync(
        DailyCheckStep step, EnvironmentContext context, ThresholdSet thresholds, IReadOnlyList<IHealthProbe> probes, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var mine = probes.Where(probe => step.Components.Contains(probe.Component, StringComparer.OrdinalIgnoreCase)).ToList();
        var checks = await Task.WhenAll(mine.Select(probe => HealthRunner.CheckOneAsync(probe, context, thresholds, cancellationToken))).ConfigureAwait(false);
        return Summarize(step, context.Name, mine.Count == 0, [.. checks.SelectMany(results => results)]) with { Duration = clock.Elapsed };
    }

    private static DailyCheckResult Summarize(DailyCheckStep step, string environment, bool noProbe, IReadOnlyList<HealthResult> checks)
    {
        var status = Worst(checks);
        var faults = checks.Where(check => check.Status >= HealthStatus.Degraded).OrderByDescending(check => check.Status).ToList();
        // Two components of a step that fail for the same reason (the server is down) say so once.
        var shown = faults.Count > 0 ? faults
            : [.. checks.Where(check => status == HealthStatus.NotConfigured || check.Status != HealthStatus.NotConfigured)
                .OrderByDescending(check => check.ErrorId is not null)
                .ThenByDescending(check => string.Equals(check.Check, step.Headline, StringComparison.OrdinalIgnoreCase))];
        var first = shown.FirstOrDefault();
        return new DailyCheckResult
        {
            Environment = environment,
            Step = step.Step,
            Name = step.Name,
            Status = status,
            Value = first?.Value,
            Unit = first?.Unit ?? default,
            Threshold = first?.Threshold,
            Detail = noProbe
                ? "This version of the module does not check it."
                : string.Join(" ", (faults.Count > 0 ? shown : shown.Take(1)).Select(check => check.Detail).Distinct(StringComparer.Ordinal)),
            NextStep = faults.Count > 0 ? faults[0].NextStep : "",
            Checks = checks,
        };
    }

    // A check that has nothing to judge by yet (no lookup since start) leaves the step to the others; one that could not look does not.
    private static HealthStatus Worst(IReadOnlyList<HealthResult> checks)
    {
        var telling = checks.Where(check => check.Status != HealthStatus.Unknown || check.ErrorId is not null).Select(check => check.Status).DefaultIfEmpty().Max();
        return telling == HealthStatus.NotConfigured && checks.Any(check => check.Status == HealthStatus.Unknown) ? HealthStatus.Unknown : telling;
    }

    private static bool Matches(DailyCheckStep step, string name) =>
        FileSystemName.MatchesSimpleExpression(name, step.Name)
        || FileSystemName.MatchesSimpleExpression(name, step.Step.ToString(System.Globalization.CultureInfo.InvariantCulture))
        || FileSystemName.MatchesSimpleExpression(name, step.Name.Replace(" ", "", StringComparison.Ordinal));

    private static List<DailyCheckStep> Read()
    {
        var assembly = typeof(DailyCheckRunner).Assembly;
        var name = assembly.GetManifestResourceNames().Single(name => name.EndsWith(".daily-check.json", StringComparison.Ordinal));
        using var stream = assembly.GetManifestResourceStream(name)!;
        return JsonSerializer.Deserialize<List<DailyCheckStep>>(stream, Json)!;
    }
}
