using System.Collections.Concurrent;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Health;

/// <summary>Remembers which checks were as bad as <c>-FailOn</c> says, and fails in the end, when all output is out.</summary>
/// <param name="level">The level; <see langword="null"/> never fails.</param>
public sealed class FailureGate(FailureLevel? level)
{
    private readonly ConcurrentQueue<string> failures = [];

    /// <summary>Takes note of a result.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="name">What was checked.</param>
    /// <param name="status">How it was.</param>
    public void Note(string environment, string name, HealthStatus status)
    {
        var limit = level == FailureLevel.Unhealthy ? HealthStatus.Unhealthy : HealthStatus.Degraded;
        if (level is not null && status >= limit)
        {
            failures.Enqueue($"{environment}: {name} is {status}");
        }
    }

    /// <summary>Takes note of a result.</summary>
    /// <param name="result">The result.</param>
    public void Note(HealthResult result) => Note(result.Environment, $"{result.Component} ({result.Check})", result.Status);

    /// <summary>Takes note of something that was to be checked and is not there: nobody looked, which is not green.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="what">What is missing.</param>
    public void NoteMissing(string environment, string what)
    {
        if (level is not null)
        {
            failures.Enqueue($"{environment}: {what} is not configured");
        }
    }

    /// <summary>Fails when a result was too bad.</summary>
    /// <exception cref="OperationException"><see cref="HealthErrors.CheckFailed"/>, naming all of them.</exception>
    public void ThrowIfFailed()
    {
        if (!failures.IsEmpty)
        {
            throw new OperationException(HealthErrors.CheckFailed, $"{string.Join("; ", failures.Order(StringComparer.Ordinal))}.");
        }
    }
}
