using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Health;

namespace CivicQ.Ops.Core.Tests.Support;

/// <summary>A probe that says what the test wants.</summary>
internal sealed class FakeProbe(string component, Func<int, CancellationToken, Task<IReadOnlyList<HealthResult>>> answer, bool configured = true) : IHealthProbe
{
    private int round;

    public string Component => component;

    public string NextStep => "Look.";

    public bool IsConfigured(CivicQEnvironment environment) => configured;

    public static FakeProbe Of(string component, params HealthStatus[] statuses) =>
        new(component, (round, _) => Task.FromResult<IReadOnlyList<HealthResult>>([Result(component, "Check", statuses[Math.Min(round, statuses.Length - 1)])]));

    public static HealthResult Result(string component, string check, HealthStatus status) =>
        new() { Component = component, Check = check, Status = status, Detail = $"{component} {check} is {status}.", NextStep = status >= HealthStatus.Degraded ? "Mend it." : "" };

    public Task<IReadOnlyList<HealthResult>> CheckAsync(EnvironmentContext context, ThresholdSet thresholds, CancellationToken cancellationToken) =>
        answer(round++, cancellationToken);
}
