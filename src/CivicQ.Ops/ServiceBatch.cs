using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services;
using CivicQ.Ops.Core.Services.Hosts;
using CivicQ.Ops.Sessions;

namespace CivicQ.Ops;

/// <summary>Finds the services that the inputs of a cmdlet name.</summary>
/// <param name="targets">What the inputs name.</param>
/// <param name="known">Remembers what was seen, for completion.</param>
/// <param name="report">Hears of names that nothing has.</param>
/// <param name="changes">True for who changes services, and needs not know how their instances are.</param>
internal sealed class ServiceBatch(IReadOnlyList<ServiceTarget> targets, KnownServices known, Action<OperationException> report, bool changes = false)
{
    /// <summary>Works on the services that are meant; a warning where an environment has none at all.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="work">The work, on at least one service.</param>
    /// <param name="cancellationToken">Cancelled by Ctrl+C.</param>
    /// <returns>The running work.</returns>
    public async Task RunAsync(EnvironmentContext context, Func<IServiceHost, IReadOnlyList<ServiceInfo>, Task> work, CancellationToken cancellationToken)
    {
        var host = await ServiceHosts.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var closing = host.ConfigureAwait(false);
        var all = await (changes ? host.ListServicesAsync(cancellationToken) : host.GetServicesAsync(cancellationToken)).ConfigureAwait(false);
        known.Note(all);
        var names = targets.Any(target => target.Service is null) ? [] : targets.Select(target => target.Service!).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        var services = ServiceSelection.Select(host, all, names, report);
        if (services.Count > 0)
        {
            await work(host, services).ConfigureAwait(false);
        }
        else if (names.Length == 0)
        {
            context.Reporter.Warning($"Environment '{context.Name}' has no services ({host.Address}).");
        }
    }
}
