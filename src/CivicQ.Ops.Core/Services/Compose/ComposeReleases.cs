using System.ComponentModel;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Processes;
using CivicQ.Ops.Core.Services.Docker;

namespace CivicQ.Ops.Core.Services.Compose;

/// <summary>
/// Publishes releases of a project and goes back to earlier ones. The images that each service ran last stay on the engine under names of their own,
/// so that a clean-up does not take them.
/// </summary>
internal sealed class ComposeReleases(IDockerClient client, string project, string folder, Action<string> verbose)
{
    /// <summary>So many images of each service are kept: the newest, counted without repetition.</summary>
    public const int KeptImages = 5;

    // The repository of the names under which images are kept.
    private const string Keep = "civicq-release";
    private const int MostProjectLetters = 90;
    private const int IdentifierLetters = 24;
    private readonly ReleaseLedger ledger = new(project, client.Endpoint.Address, folder);

    /// <summary>All releases, newest first.</summary>
    public IReadOnlyList<ComposeRelease> Read() => ledger.Read();

    /// <summary>The name, within the project, under which an image is kept: the same image has the same name, however many releases have it.</summary>
    public string KeptName(string id) =>
        $"{project[..Math.Min(project.Length, MostProjectLetters)]}.{id[(id.IndexOf(':', StringComparison.Ordinal) + 1)..][..IdentifierLetters]}";

    /// <summary>Enters what runs where no release has it.</summary>
    public async Task RecordAsync(ComposeState state, CancellationToken cancellationToken)
    {
        using var held = ledger.Lock();
        await EnterUnknownAsync(state, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Brings the project up as its files say, and enters what runs then. What ran before and is of no release is entered as well.</summary>
    public async Task<ComposeRelease> PublishAsync(
        ComposeState before, ComposeRunner runner, bool build, string? note, Func<CancellationToken, Task<ComposeState>> read, Action<ServiceProgress> progress, CancellationToken cancellationToken)
    {
        using var held = ledger.Lock();
        await EnterUnknownAsync(before, cancellationToken).ConfigureAwait(false);
        // Scale is what operators set: the file's own number would undo it.
        var scale = before.Services.Where(service => before.Of(service).Count > 1).SelectMany(service => (string[])["--scale", $"{service}={before.Of(service).Count}"]);
        await runner.RunAsync(["up", "-d", .. build ? (string[])["--build"] : [], "--remove-orphans", .. scale], progress, cancellationToken).ConfigureAwait(false);
        var after = await read(cancellationToken).ConfigureAwait(false);
        return await EnterAsync(after, await CommitAsync(after.Place, cancellationToken).ConfigureAwait(false), note, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives a service the image of a release, and enters that as a release of its own.</summary>
    public async Task UndoAsync(
        ComposeState state, string service, ComposeRelease target, ComposeRunner runner, Func<CancellationToken, Task<ComposeState>> read, Action<ServiceProgress> progress, CancellationToken cancellationToken)
    {
        using var held = ledger.Lock();
        await EnterUnknownAsync(state, cancellationToken).ConfigureAwait(false);
        var image = target.Images[service];
        progress(new ServiceProgress($"Gives {image.Name} the image of release {target.Revision}", 0, 2));
        var (repository, tag) = Split(image.Name);
        await client.TagImageAsync(image.Id, repository, tag, cancellationToken).ConfigureAwait(false);
        progress(new ServiceProgress($"Makes the containers of {service} anew", 1, 2));
        await runner.RunAsync(
            ["up", "-d", "--no-build", "--no-deps", "--scale", $"{service}={Math.Max(1, state.Of(service).Count)}", service], progress, cancellationToken).ConfigureAwait(false);
        await EnterAsync(await read(cancellationToken).ConfigureAwait(false), target.GitRevision, $"{service} back to release {target.Revision}", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the engine still has an image.</summary>
    public async Task<bool> HasAsync(ComposeReleaseImage image, CancellationToken cancellationToken)
    {
        try
        {
            await client.InspectImageAsync(image.Id, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (OperationException error) when (error.Definition == DockerErrors.ImageNotFound)
        {
            return false;
        }
    }

    private static (string Repository, string Tag) Split(string name)
    {
        var colon = name.LastIndexOf(':');
        return colon > name.LastIndexOf('/') ? (name[..colon], name[(colon + 1)..]) : (name, "latest");
    }

    private static async Task<string?> CommitAsync(ComposePlace place, CancellationToken cancellationToken)
    {
        if (place.Files.Count == 0)
        {
            return null;
        }

        var output = new List<string>();
        try
        {
            var command = new SupervisedCommand { Program = "git", Arguments = ["-C", Path.GetDirectoryName(place.Files[0])!, "rev-parse", "HEAD"] };
            var code = await SupervisedProcess.RunAsync(
                command,
                (text, isError) =>
                {
                    if (!isError)
                    {
                        lock (output)
                        {
                            output.Add(text);
                        }
                    }
                },
                cancellationToken).ConfigureAwait(false);
            return code == 0 && output is [{ Length: 40 } commit] ? commit : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    // What somebody brought up by hand must be a release too, or nothing leads back to it.
    private async Task EnterUnknownAsync(ComposeState state, CancellationToken cancellationToken)
    {
        var known = ledger.Read();
        if (state.Services.Any(service => state.Of(service) is { Count: > 0 } containers && ComposeRevisions.RevisionOf(known, containers) is null))
        {
            await EnterAsync(state, null, known.Count == 0 ? "What ran before the first release" : "What ran, published from elsewhere", cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ComposeRelease> EnterAsync(ComposeState state, string? commit, string? note, CancellationToken cancellationToken)
    {
        var images = new SortedDictionary<string, ComposeReleaseImage>(StringComparer.Ordinal);
        foreach (var service in state.Services.Where(service => state.Of(service).Count > 0))
        {
            var detail = state.Of(service)[^1].Detail;
            var image = await client.InspectImageAsync(detail.ImageId, cancellationToken).ConfigureAwait(false);
            images[service] = new ComposeReleaseImage(detail.Image, image.Id, image.Digests.Count > 0 ? image.Digests[0] : null);
            await client.TagImageAsync(image.Id, Keep, KeptName(image.Id), cancellationToken).ConfigureAwait(false);
        }

        var release = ledger.Add(number => new ComposeRelease { Revision = number, At = DateTimeOffset.UtcNow, GitRevision = commit, Note = note, Images = images });
        await DropOldAsync(cancellationToken).ConfigureAwait(false);
        return release;
    }

    // Only names that this ledger gave: what others keep is theirs. An image that still has another name, or runs, stays.
    private async Task DropOldAsync(CancellationToken cancellationToken)
    {
        try
        {
            var known = ledger.Read();
            var kept = known.SelectMany(release => release.Images.Keys).Distinct(StringComparer.Ordinal)
                .SelectMany(service => known.Select(release => release.Images.GetValueOrDefault(service)?.Id).OfType<string>().Distinct(StringComparer.Ordinal).Take(KeptImages))
                .Select(KeptName).ToHashSet(StringComparer.Ordinal);
            var given = known.SelectMany(release => release.Images.Values).Select(image => KeptName(image.Id)).Where(name => !kept.Contains(name)).ToHashSet(StringComparer.Ordinal);
            foreach (var name in (await client.ListImageNamesAsync(Keep, cancellationToken).ConfigureAwait(false)).Where(name => given.Contains(Split(name).Tag)))
            {
                await client.RemoveImageNameAsync(name, cancellationToken).ConfigureAwait(false);
                verbose($"{name} is no longer kept: {KeptImages} images of each service are.");
            }
        }
        catch (OperationException error)
        {
            // The release stands. The next one tries again.
            verbose($"Images of old releases stay: {error.Message}");
        }
    }
}
