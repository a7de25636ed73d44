using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Lab;

namespace CivicQ.Ops.Core.Procedures;

/// <summary>The environment <c>lab</c>, while the lab runs, and that of its replica, while a drill has one.</summary>
public sealed class LabSource : IEnvironmentSource
{
    /// <inheritdoc/>
    public EnvironmentListing Read() =>
        LabEnvironment.Read() is { } lab ? new EnvironmentListing([lab, .. new[] { LabEnvironment.ReadReplica() }.OfType<CivicQEnvironment>()], []) : EnvironmentListing.Empty;
}
