namespace CivicQ.Ops.Core.Services.Compose;

/// <summary>A project as it is at one moment: its containers, and its files where they can be read.</summary>
/// <param name="Containers">Its containers.</param>
/// <param name="File">Its files; <see langword="null"/> where they cannot be read.</param>
/// <param name="Place">Where they are.</param>
/// <param name="Ordered">How many containers were ordered of services, where it was just now: Compose itself keeps no number that is not in the file.</param>
internal sealed record ComposeState(IReadOnlyList<ComposeContainer> Containers, ComposeFile? File, ComposePlace Place, IReadOnlyDictionary<string, int> Ordered)
{
    /// <summary>The containers of a service, by number.</summary>
    public IReadOnlyList<ComposeContainer> Of(string service) =>
        [.. Containers.Where(container => string.Equals(container.Service, service, StringComparison.Ordinal)).OrderBy(container => container.Number)];

    /// <summary>All services by name: those with containers, and those of the file that are always up.</summary>
    public IReadOnlyList<string> Services =>
    [
        .. Containers.Select(container => container.Service)
            .Union(File?.Services.Values.Where(service => service.Profiles.Count == 0).Select(service => service.Name) ?? [], StringComparer.Ordinal)
            .Where(name => name.Length > 0).Order(StringComparer.Ordinal),
    ];

    /// <summary>How many containers of a service are wanted: as many as were ordered or made, else what the file says.</summary>
    public int Desired(string service) => Ordered.TryGetValue(service, out var ordered) ? ordered : Of(service) is { Count: > 0 } made ? made.Count : File?.Services.GetValueOrDefault(service)?.Replicas ?? 0;

    /// <summary>A service as it is.</summary>
    public ServiceInfo Service(string service, string environment, ServiceNames names, long? revision)
    {
        var containers = Of(service);
        var desired = Desired(service);
        var ready = containers.Count(container => container.IsReady);
        var worst = containers.FirstOrDefault(container => !container.IsReady);
        var newest = containers.MaxBy(container => container.Detail.CreatedAt);
        return new ServiceInfo
        {
            Environment = environment,
            Service = names.Common(service),
            PlatformName = service,
            Platform = ServicePlatform.Compose,
            Kind = "Compose",
            Status = desired == 0 ? ServiceStatus.Stopped
                : ready >= desired ? ServiceStatus.Ready
                : containers.Any(container => container.IsStarting) ? ServiceStatus.Progressing
                : ready == 0 ? ServiceStatus.Down : ServiceStatus.Degraded,
            Reason = ready >= desired ? null : worst is null ? "It has no container." : $"{worst.Detail.Name}: {worst.Reason}",
            Desired = desired,
            Ready = ready,
            // By the image: Compose's hash of the configuration also changes with the number of containers.
            Updated = containers.Count(container => string.Equals(container.Detail.ImageId, newest?.Detail.ImageId, StringComparison.Ordinal)),
            Restarts = containers.Sum(container => container.Detail.RestartCount),
            Images = [.. containers.Select(container => container.Detail.Image).DefaultIfEmpty(File?.Services.GetValueOrDefault(service)?.Image ?? "").Where(image => image.Length > 0).Distinct(StringComparer.Ordinal)],
            Revision = revision,
            CreatedAt = containers.Min(container => container.Detail.CreatedAt),
        };
    }
}
