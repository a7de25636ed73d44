using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Lab;

namespace CivicQ.Ops.Core.Procedures;

/// <summary>An environment <c>lab</c> of the user's file that stands in front of the lab that runs.</summary>
public static class LabShadow
{
    /// <summary>The warning for it.</summary>
    /// <param name="environments">The environments that are worked on.</param>
    /// <returns>The sentence; <see langword="null"/> where nothing is hidden.</returns>
    public static string? Warning(IEnumerable<CivicQEnvironment> environments) =>
        environments.FirstOrDefault(environment => string.Equals(environment.Name, LabEnvironment.Name, StringComparison.OrdinalIgnoreCase)) is { } named
        && LabEnvironment.Read() is { } running && !string.Equals(named.Source, running.Source, StringComparison.Ordinal)
            ? $"'{named.Name}' is the environment of {named.Source}; the lab that runs on this machine is hidden by it. Unregister-CivicQEnvironment {named.Name} shows it again."
            : null;
}
