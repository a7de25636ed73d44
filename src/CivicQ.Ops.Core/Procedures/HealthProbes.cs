using System.IO.Enumeration;
using CivicQ.Ops.Core.Backups.Verification;
using CivicQ.Ops.Core.Cache;
using CivicQ.Ops.Core.Certificates;
using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.HostResources;
using CivicQ.Ops.Core.Logs;
using CivicQ.Ops.Core.Queue;
using CivicQ.Ops.Core.Services.Hosts;
using CivicQ.Ops.Core.Storage;
using CivicQ.Ops.Core.Web;

namespace CivicQ.Ops.Core.Procedures;

/// <summary>The probes of all systems: the one list to add to.</summary>
public static class HealthProbes
{
    /// <summary>Every probe, in the order of the manual's checklist.</summary>
    public static IReadOnlyList<IHealthProbe> All { get; } =
    [
        new ServicesHealthProbe(),
        new HostHealthProbe(),
        new DatabaseHealthProbe(),
        new CacheHealthProbe(),
        new ApiHealthProbe(),
        new SiteHealthProbe(),
        new CertificateHealthProbe(),
        new QueueHealthProbe(),
        new LogHealthProbe(),
        new StorageHealthProbe(),
        new BackupHealthProbe(),
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

    /// <summary>What was asked for by its full name and is not there.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="names">The names as asked for; <see langword="null"/> for all components.</param>
    /// <returns>The components' names; empty where all are there, or only wildcards were given.</returns>
    public static IReadOnlyList<string> Missing(CivicQEnvironment environment, IReadOnlyList<string>? names) =>
        [.. All.Where(probe => names?.Contains(probe.Component, StringComparer.OrdinalIgnoreCase) == true && !probe.IsConfigured(environment)).Select(probe => probe.Component)];

    /// <summary>Whether none of the components is a part of the environment. The machine that looks is no part of it by itself.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="names">The names as asked for; <see langword="null"/> for all components.</param>
    /// <returns>False too where only the machine was asked for.</returns>
    public static bool NothingToCheck(CivicQEnvironment environment, IReadOnlyList<string>? names)
    {
        var asked = Named(names ?? ["*"]).Where(probe => probe is not HostHealthProbe).ToList();
        return asked.Count > 0 && !asked.Exists(probe => probe.IsConfigured(environment)) && (names is null || !names.Contains("Host", StringComparer.OrdinalIgnoreCase));
    }
}
