using System.ComponentModel;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Processes;
using CivicQ.Ops.Core.Services.Docker;

namespace CivicQ.Ops.Core.Services.Compose;

/// <summary>Publishes releases of a project and goes back to earlier ones. Images stay on the engine under names of their own, so that a clean-up does not take them.</summary>
internal sealed class ComposeReleases(IDockerClient client, string project, string folder)
{
    private const string Keep = "civicq-release";
    private readonly ReleaseLedger ledger = new(project, client.Endpoint.Address, folder);

    /// <summary>All releases, newest first.</summary>
    public IReadOnlyList<ComposeRelease> Read() => ledger.Read();

    /// <summary>Brings the project up as its files say, and enters what runs then. What ran before the first release is entered as well.</summary>
    public async Task<ComposeRelease> PublishAsync(
        ComposeState before, ComposeRunner runner, bool build, string? note, Func<CancellationToken, Task<ComposeState>> read, Action<ServiceProgress> progress, CancellationToken cancellationToken)
    {
        using var held = ledger.Lock();
        if (ledger.Read().Count == 0 && before.Containers.Count > 0)
        {
            await EnterAsync(before, null, "What ran before the first release", cancellationToken).ConfigureAwait(false);
        }

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

    private async Task<ComposeRelease> EnterAsync(ComposeState state, string? commit, string? note, CancellationToken cancellationToken)
    {
        var images = new SortedDictionary<string, ComposeReleaseImage>(StringComparer.Ordinal);
        foreach (var service in state.Services.Where(service => state.Of(service).Count > 0))
        {
            var detail = state.Of(service)[^1].Detail;
            var image = await client.InspectImageAsync(detail.ImageId, cancellationToken).ConfigureAwait(false);
            images[service] = new ComposeReleaseImage(detail.Image, image.Id, image.Digests.Count > 0 ? image.Digests[0] : null);
            // The identifier is the tag: the same image gets the same name, however many releases have it.
            await client.TagImageAsync(image.Id, Keep, image.Id.Replace(':', '-'), cancellationToken).ConfigureAwait(false);
        }

        return ledger.Add(number => new ComposeRelease { Revision = number, At = DateTimeOffset.UtcNow, GitRevision = commit, Note = note, Images = images });
    }
}
