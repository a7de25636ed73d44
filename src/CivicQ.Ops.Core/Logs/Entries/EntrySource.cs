namespace CivicQ.Ops.Core.Logs.Entries;

/// <summary>Whose log it is.</summary>
/// <param name="Environment">The environment's name.</param>
/// <param name="Service">The service's name in every environment.</param>
/// <param name="Instance">The pod's or container's name.</param>
/// <param name="Container">The container, where one was chosen.</param>
internal sealed record EntrySource(string Environment, string Service, string Instance, string? Container = null);
