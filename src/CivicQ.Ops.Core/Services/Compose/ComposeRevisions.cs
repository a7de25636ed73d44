namespace CivicQ.Ops.Core.Services.Compose;

/// <summary>Which release runs, and what another one has different.</summary>
internal static class ComposeRevisions
{
    /// <summary>Whether a container was made from an image.</summary>
    public static bool Runs(ComposeContainer container, ComposeReleaseImage image) => string.Equals(container.Detail.ImageId, image.Id, StringComparison.Ordinal);

    /// <summary>The newest release whose image all containers of a service run.</summary>
    /// <param name="known">The releases, newest first.</param>
    /// <param name="containers">The containers of one service.</param>
    /// <returns>The release's number; <see langword="null"/> where none fits.</returns>
    public static long? RevisionOf(IReadOnlyList<ComposeRelease> known, IReadOnlyList<ComposeContainer> containers) =>
        containers.Count == 0 ? null
        : known.FirstOrDefault(release => release.Images.TryGetValue(containers[0].Service, out var image) && containers.All(container => Runs(container, image)))?.Revision;

    /// <summary>What a service's image becomes.</summary>
    public static IReadOnlyList<ServiceDifference> Difference(string service, ComposeReleaseImage? before, ComposeReleaseImage after) =>
        string.Equals(before?.Id, after.Id, StringComparison.Ordinal) ? [] : [new ServiceDifference($"{service}.image", before is null ? null : Shown(before), Shown(after))];

    private static string Shown(ComposeReleaseImage image) => $"{image.Name} ({image.Id[..Math.Min(19, image.Id.Length)]})";
}
