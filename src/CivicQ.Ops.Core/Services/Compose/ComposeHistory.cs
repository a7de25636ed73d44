using System.Globalization;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Services.Compose;

/// <summary>What the release ledger says of a service: its revisions, and the way back to one.</summary>
/// <param name="releases">The releases of the project.</param>
/// <param name="environment">The environment's name.</param>
/// <param name="address">The project and its engine, for people.</param>
/// <param name="read">Reads the project as it is.</param>
internal sealed class ComposeHistory(ComposeReleases releases, string environment, string address, Func<CancellationToken, Task<ComposeState>> read)
{
    /// <summary>The release that a plan goes back to.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="state">The project as it is now.</param>
    /// <returns>The release.</returns>
    /// <exception cref="OperationException"><see cref="ServiceErrors.Changed"/>: the containers are others than when it was planned.</exception>
    public static ComposeRelease Target(RolloutPlan plan, ComposeState state)
    {
        var undo = (UndoState)plan.State!;
        return string.Equals(Identity(state.Of(plan.Service.PlatformName)), undo.Containers, StringComparison.Ordinal) ? undo.Target : throw new OperationException(
            ServiceErrors.Changed, $"{plan.Service.Service}: its containers are others than when the way back was worked out.", plan.Service.Service);
    }

    /// <summary>The revisions of a service, newest first.</summary>
    /// <exception cref="OperationException"><see cref="ServiceErrors.NoHistory"/>.</exception>
    public async Task<IReadOnlyList<RolloutRevision>> GetAsync(ServiceInfo service, CancellationToken cancellationToken)
    {
        var containers = (await read(cancellationToken).ConfigureAwait(false)).Of(service.PlatformName);
        var known = Known(service);
        var current = ComposeRevisions.RevisionOf(known, containers);
        return
        [
            .. known.Select((release, index) => new RolloutRevision
            {
                Environment = environment,
                Service = service.Service,
                Revision = release.Revision,
                IsCurrent = release.Revision == current,
                Images = [release.Images[service.PlatformName].Name],
                ChangeCause = release.Note,
                GitRevision = release.GitRevision,
                Instances = release.Revision == current ? containers.Count(container => ComposeRevisions.Runs(container, release.Images[service.PlatformName])) : 0,
                CreatedAt = release.At,
                Changes = index + 1 < known.Count ? ComposeRevisions.Difference(service.PlatformName, known[index + 1].Images[service.PlatformName], release.Images[service.PlatformName]) : [],
            }),
        ];
    }

    /// <summary>Works out the way back.</summary>
    /// <exception cref="OperationException"><see cref="ServiceErrors.NoHistory"/>, <see cref="ServiceErrors.RevisionNotFound"/>, <see cref="ComposeErrors.ImageGone"/>.</exception>
    public async Task<RolloutPlan> PlanAsync(ServiceInfo service, long? toRevision, CancellationToken cancellationToken)
    {
        var state = await read(cancellationToken).ConfigureAwait(false);
        var containers = state.Of(service.PlatformName);
        var known = Known(service);
        var current = known.FirstOrDefault(release => release.Revision == ComposeRevisions.RevisionOf(known, containers));
        // A release that changed nothing for this service is no way back.
        var target = toRevision is { } wanted
            ? known.FirstOrDefault(release => release.Revision == wanted) ?? throw new OperationException(
                ServiceErrors.RevisionNotFound, string.Create(CultureInfo.InvariantCulture, $"{service.Service}: there is no release {wanted}; known are {string.Join(", ", known.Select(release => release.Revision))}."), service.Service)
            : known.FirstOrDefault(release => (current is null || release.Revision < current.Revision) && !containers.All(container => ComposeRevisions.Runs(container, release.Images[service.PlatformName])))
                ?? throw new OperationException(ServiceErrors.NoHistory, $"{service.Service}: no earlier release had another image.", service.Service);
        var image = target.Images[service.PlatformName];
        if (!await releases.HasAsync(image, cancellationToken).ConfigureAwait(false))
        {
            throw new OperationException(ComposeErrors.ImageGone, $"{service.Service}: the engine no longer has the image {image.Id} of release {target.Revision}.", service.Service);
        }

        var now = containers.Count > 0 ? new ComposeReleaseImage(containers[^1].Detail.Image, containers[^1].Detail.ImageId, null) : null;
        return new RolloutPlan
        {
            Service = service,
            FromRevision = current?.Revision ?? 0,
            ToRevision = target.Revision,
            Changes = ComposeRevisions.Difference(service.PlatformName, now, image),
            IsAlreadyThere = containers.Count > 0 && containers.All(container => ComposeRevisions.Runs(container, image)),
            State = new UndoState(target, Identity(containers)),
        };
    }

    private static string Identity(IReadOnlyList<ComposeContainer> containers) => string.Join(' ', containers.Select(container => container.Detail.Id));

    private List<ComposeRelease> Known(ServiceInfo service) =>
        releases.Read().Where(release => release.Images.ContainsKey(service.PlatformName)).ToList() is { Count: > 0 } known
            ? known : throw new OperationException(ServiceErrors.NoHistory, $"{service.Service}: no release of {address} has been published from here.", service.Service);

    private sealed record UndoState(ComposeRelease Target, string Containers);
}
