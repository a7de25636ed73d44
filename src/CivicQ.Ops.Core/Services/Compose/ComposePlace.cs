using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Services.Docker;

namespace CivicQ.Ops.Core.Services.Compose;

/// <summary>A project and where its files are.</summary>
/// <param name="Project">The project's name.</param>
/// <param name="Files">The Compose files, full paths; empty where nobody knows them.</param>
/// <param name="EnvironmentFile">The file of variables; <see langword="null"/> for <c>.env</c> beside the first file.</param>
public sealed record ComposePlace(string Project, IReadOnlyList<string> Files, string? EnvironmentFile)
{
    /// <summary>The place as an environment has it; files that it does not name are those of the containers' labels, where they are on this machine.</summary>
    /// <param name="settings">The environment's.</param>
    /// <param name="containers">The project's containers.</param>
    /// <returns>The place.</returns>
    public static ComposePlace Of(ComposeSettings settings, IReadOnlyList<DockerContainer> containers)
    {
        if (settings.Files.Count > 0)
        {
            return new ComposePlace(settings.Project, settings.Files, settings.EnvironmentFile);
        }

        foreach (var labels in containers.Select(container => container.Labels))
        {
            if (!labels.TryGetValue(ComposeLabels.Files, out var files))
            {
                continue;
            }

            var folder = labels.GetValueOrDefault(ComposeLabels.Folder) ?? "";
            string[] paths = [.. files.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(file => Path.Combine(folder, file))];
            if (paths.Length > 0 && Array.TrueForAll(paths, File.Exists))
            {
                return new ComposePlace(settings.Project, paths, settings.EnvironmentFile);
            }
        }

        return new ComposePlace(settings.Project, [], settings.EnvironmentFile);
    }
}
