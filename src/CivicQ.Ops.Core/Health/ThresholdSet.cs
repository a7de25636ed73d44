using System.Text.Json;
using System.Text.Json.Serialization;
using CivicQ.Ops.Core.Environments;

namespace CivicQ.Ops.Core.Health;

/// <summary>The limits in force for an environment: the shipped ones (<c>Data/thresholds</c>, a file a component) with the environment's own on top.</summary>
public sealed class ThresholdSet
{
    private static readonly Lazy<Dictionary<string, HealthThreshold>> Shipped = new(ReadShipped);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };
    private readonly IReadOnlyDictionary<string, ThresholdOverride> overrides;

    private ThresholdSet(IReadOnlyDictionary<string, ThresholdOverride> overrides) => this.overrides = overrides;

    /// <summary>The names of all shipped limits.</summary>
    public static IReadOnlyCollection<string> Names => Shipped.Value.Keys;

    /// <summary>The limits of an environment.</summary>
    /// <param name="environment">The environment.</param>
    /// <returns>The set.</returns>
    public static ThresholdSet For(CivicQEnvironment environment) => new(environment.Thresholds);

    /// <summary>The limit of that name.</summary>
    /// <param name="name"><c>Component.Check</c>.</param>
    /// <returns>The limit in force.</returns>
    /// <exception cref="KeyNotFoundException">No such limit is shipped.</exception>
    public HealthThreshold this[string name]
    {
        get
        {
            var shipped = Shipped.Value[name];
            return overrides.TryGetValue(name, out var own)
                ? shipped with { Degraded = own.Degraded ?? shipped.Degraded, Unhealthy = own.Unhealthy ?? shipped.Unhealthy, Source = "environment" }
                : shipped;
        }
    }

    /// <summary>Judges a value by the limit <c>component.check</c> and makes the result of it.</summary>
    /// <param name="component">The component.</param>
    /// <param name="check">The check.</param>
    /// <param name="value">The value in the limit's unit; NaN gives Unknown.</param>
    /// <param name="detail">What was found, in one sentence.</param>
    /// <returns>The result, with the next step where one is needed.</returns>
    public HealthResult Judge(string component, string check, double value, string detail)
    {
        var threshold = this[component + "." + check];
        var status = threshold.Judge(value);
        return new HealthResult
        {
            Component = component,
            Check = check,
            Status = status,
            Value = double.IsNaN(value) ? null : value,
            Unit = threshold.Unit,
            Threshold = threshold,
            Detail = detail,
            NextStep = status >= HealthStatus.Degraded ? threshold.NextStep : "",
        };
    }

    private static Dictionary<string, HealthThreshold> ReadShipped()
    {
        var assembly = typeof(ThresholdSet).Assembly;
        var result = new Dictionary<string, HealthThreshold>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.Contains(".Data.thresholds.", StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            foreach (var threshold in JsonSerializer.Deserialize<List<HealthThreshold>>(stream, Json)!)
            {
                result.Add(threshold.Name, threshold);
            }
        }

        return result;
    }
}
