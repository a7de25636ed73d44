using System.IO.Enumeration;
using CivicQ.Ops.Core.Cache;
using CivicQ.Ops.Core.Certificates;
using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.HostResources;
using CivicQ.Ops.Core.Logs;
using CivicQ.Ops.Core.Queue;
using CivicQ.Ops.Core.Storage;
using CivicQ.Ops.Core.Web;

namespace CivicQ.Ops.Core.Procedures;

/// <summary>The probes of all systems: the one list to add to.</summary>
public static class HealthProbes
{
    /// <summary>Every probe, in the order of the manual's checklist.</summary>
    public static IReadOnlyList<IHealthProbe> All { get; } =
    [
        new HostHealthProbe(),
        new DatabaseHealthProbe(),
        new CacheHealthProbe(),
        new ApiHealthProbe(),
        new SiteHealthProbe(),
        new CertificateHealthProbe(),
        new QueueHealthProbe(),
        new LogHealthProbe(),
        new StorageHealthProbe(),
    ];

    /// <summary>Probes of the daily check alone: too slow or too particular to be asked every time.</summary>
    public static IReadOnlyList<IHealthProbe> DailyOnly { get; } =
    [
        new UserCountProbe(),
        new StorageUsageProbe(),
    ];

    /// <summary>The probes of the components named.</summary>
    /// <param name="names">Names, regardless of case; <c>*</c> and <c>?</c> are wildcards.</param>
    /// <returns>The probes, each once.</returns>
    /// <exception cref="OperationException"><c>ComponentNotFound</c>: a name fits none.</exception>
    public static IReadOnlyList<IHealthProbe> Named(IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            if (!All.Any(probe => FileSystemName.MatchesSimpleExpression(name, probe.Component)))
            {
                throw new OperationException(
                    HealthErrors.ComponentNotFound, $"There is no component '{name}'. There are: {string.Join(", ", All.Select(probe => probe.Component))}.", name);
            }
        }

        return [.. All.Where(probe => names.Any(name => FileSystemName.MatchesSimpleExpression(name, probe.Component)))];
    }
}
