using System.Globalization;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Sessions;

/// <summary>The services that this session's cmdlets have seen, for completion: no completer asks a server. Any thread may note.</summary>
internal sealed class KnownServices
{
    // A namespace of many rollouts must not make a session grow for ever.
    private const int Most = 5_000;
    private readonly object gate = new();
    private readonly SortedDictionary<string, string> services = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> instances = new(StringComparer.Ordinal);
    private readonly HashSet<(string Service, string Container)> containers = [];
    private readonly Dictionary<(string Service, long Revision), string> revisions = [];

    /// <summary>The services, each with what it is.</summary>
    public IReadOnlyList<(string Name, string What)> Services => Copy(() => services.Select(service => (service.Key, service.Value)));

    /// <summary>The instances that were last listed, each with what it is.</summary>
    public IReadOnlyList<(string Name, string What)> Instances => Copy(() => instances.OrderBy(instance => instance.Key, StringComparer.Ordinal).Select(instance => (instance.Key, instance.Value)));

    /// <summary>The containers of the instances that were last listed, each with the services that have it.</summary>
    /// <param name="service">The service; all without it.</param>
    /// <returns>The containers.</returns>
    public IReadOnlyList<(string Name, string What)> Containers(string? service) => Copy(() => containers
        .Where(container => service is null || string.Equals(container.Service, service, StringComparison.OrdinalIgnoreCase))
        .GroupBy(container => container.Container, StringComparer.Ordinal)
        .OrderBy(container => container.Key, StringComparer.Ordinal)
        .Select(container => (container.Key, string.Join(", ", container.Select(one => one.Service).Order(StringComparer.Ordinal)))));

    /// <summary>The revisions of a service, newest first, each with what it is.</summary>
    /// <param name="service">The service; all without it.</param>
    /// <returns>The revisions.</returns>
    public IReadOnlyList<(string Number, string What)> Revisions(string? service) => Copy(() => revisions
        .Where(revision => service is null || string.Equals(revision.Key.Service, service, StringComparison.OrdinalIgnoreCase))
        .OrderByDescending(revision => revision.Key.Revision)
        .Select(revision => (revision.Key.Revision.ToString(CultureInfo.InvariantCulture), revision.Value)));

    /// <summary>Remembers services.</summary>
    /// <param name="found">The services.</param>
    public void Note(IReadOnlyList<ServiceInfo> found)
    {
        lock (gate)
        {
            foreach (var service in found.Where(_ => services.Count < Most))
            {
                services[service.Service] = $"{service.Kind} {service.PlatformName} in {service.Environment}";
            }
        }
    }

    /// <summary>Remembers the instances that were listed, in place of those before.</summary>
    /// <param name="found">The instances.</param>
    public void Note(IReadOnlyList<ServiceInstance> found)
    {
        lock (gate)
        {
            instances.Clear();
            containers.Clear();
            foreach (var instance in found.Take(Most))
            {
                containers.UnionWith(instance.Containers.Select(container => (instance.Service, container)));
                instances[instance.Instance] = $"{instance.Service} in {instance.Environment}, {instance.State}";
            }
        }
    }

    /// <summary>Remembers a revision.</summary>
    /// <param name="revision">The revision.</param>
    public void Note(RolloutRevision revision)
    {
        lock (gate)
        {
            if (revisions.Count < Most)
            {
                revisions[(revision.Service, revision.Revision)] = $"{revision.Service}: {string.Join(", ", revision.Images)} {revision.ChangeCause}".TrimEnd();
            }
        }
    }

    private List<T> Copy<T>(Func<IEnumerable<T>> items)
    {
        lock (gate)
        {
            return [.. items()];
        }
    }
}
