namespace CivicQ.Ops.Core.HostResources;

/// <summary>A reading of the processors' clocks.</summary>
/// <param name="Busy">Processor seconds spent working since some moment in the past.</param>
/// <param name="Available">Processor seconds there were since the same moment.</param>
/// <param name="Processors">How many processors may be used; a fraction where a container has a quota.</param>
/// <param name="Name"><c>host</c> or <c>cgroup</c>.</param>
internal sealed record CpuReading(double Busy, double Available, double Processors, string Name);
