namespace CivicQ.Ops.Core.Processes;

/// <summary>Finds programs as the system would when it starts them.</summary>
public static class ProgramFinder
{
    /// <summary>Where a program is that a path or a name on the PATH leads to.</summary>
    /// <param name="program">The path, or the name.</param>
    /// <returns>Its full path; <see langword="null"/> where nothing can be run there.</returns>
    public static string? Find(string program)
    {
        var places = program.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal) || program.Contains(Path.AltDirectorySeparatorChar, StringComparison.Ordinal)
            ? [Path.GetFullPath(program)]
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, program));
        return places.SelectMany(path => OperatingSystem.IsWindows() ? [path, path + ".exe"] : new[] { path }).FirstOrDefault(IsRunnable);
    }

    private static bool IsRunnable(string path) =>
        File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
}
