using CivicQ.Ops.Core.Environments;

namespace CivicQ.Ops.Core.Health;

/// <summary>Checks one kind of component. A system that has something to say about health implements this, and is listed with the others.</summary>
public interface IHealthProbe
{
    /// <summary>The component's name, as in <c>Get-CivicQHealth -Component</c>.</summary>
    string Component { get; }

    /// <summary>What to do when the component does not answer at all: the runbook's first step.</summary>
    string NextStep { get; }

    /// <summary>Whether the environment has this component.</summary>
    /// <param name="environment">The environment.</param>
    /// <returns>False gives NotConfigured.</returns>
    bool IsConfigured(CivicQEnvironment environment);

    /// <summary>Checks the component. An exception becomes one Unhealthy result; the time-out is the caller's.</summary>
    /// <param name="context">The environment and its secrets.</param>
    /// <param name="thresholds">The limits in force.</param>
    /// <param name="cancellationToken">Ends the check, also at its time-out.</param>
    /// <returns>One result a check, without environment name, duration and time where these are the caller's to fill.</returns>
    Task<IReadOnlyList<HealthResult>> CheckAsync(EnvironmentContext context, ThresholdSet thresholds, CancellationToken cancellationToken);

    /// <summary>Where the component is, for the message of a time-out.</summary>
    /// <param name="context">The environment and its secrets.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    /// <returns>Host and port, without user, password and query; <see langword="null"/> where there is no one place.</returns>
    Task<string?> TargetAsync(EnvironmentContext context, CancellationToken cancellationToken) => Task.FromResult<string?>(null);
}
