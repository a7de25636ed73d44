using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.Web;

/// <summary>One phase of reaching an endpoint.</summary>
/// <param name="Name">Which.</param>
/// <param name="Status">How it went.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Detail">What was found, in words.</param>
public sealed record EndpointPhase(EndpointPhaseName Name, EndpointPhaseStatus Status, TimeSpan Duration, string Detail)
{
    /// <summary>The phase in short: <c>Dns 1 ms</c>, <c>Tcp failed</c>.</summary>
    public override string ToString() => Status == EndpointPhaseStatus.Passed
        ? $"{Name} {Measure.Duration(Duration)}"
        : $"{Name} {(Status == EndpointPhaseStatus.Failed ? "failed" : "skipped")}";
}
