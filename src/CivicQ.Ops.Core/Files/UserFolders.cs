namespace CivicQ.Ops.Core.Files;

/// <summary>Where the module keeps a user's files, by each system's own convention.</summary>
public static class UserFolders
{
    private const string UnixName = "civicq";
    private const string WindowsName = "CivicQ";

    /// <summary>The folder of settings: <c>$XDG_CONFIG_HOME/civicq</c> or <c>~/.config/civicq</c>; <c>%APPDATA%\CivicQ</c> on Windows.</summary>
    /// <param name="read">Reads one variable; the process's own unless told.</param>
    /// <returns>The full path; the folder need not exist.</returns>
    public static string ConfigurationFolder(Func<string, string?>? read = null) =>
        OperatingSystem.IsWindows()
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), WindowsName)
            : Unix(read, "XDG_CONFIG_HOME", ".config");

    /// <summary>The folder of records: <c>$CIVICQ_STATE</c>, else <c>$XDG_STATE_HOME/civicq</c> or <c>~/.local/state/civicq</c>; <c>%LOCALAPPDATA%\CivicQ</c> on Windows.</summary>
    /// <param name="read">Reads one variable; the process's own unless told.</param>
    /// <returns>The full path; the folder need not exist.</returns>
    public static string StateFolder(Func<string, string?>? read = null) =>
        (read ?? Environment.GetEnvironmentVariable)("CIVICQ_STATE") is { Length: > 0 } named
            ? Path.GetFullPath(named)
            : OperatingSystem.IsWindows()
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), WindowsName)
            : Unix(read, "XDG_STATE_HOME", Path.Combine(".local", "state"));

    /// <summary>Makes a folder that only its owner can look into; one that is there stays as it is.</summary>
    /// <param name="path">The folder.</param>
    public static void CreatePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static string Unix(Func<string, string?>? read, string variable, string below)
    {
        // The XDG rules: a relative path in the variable is invalid and to be ignored.
        var root = (read ?? Environment.GetEnvironmentVariable)(variable);
        if (string.IsNullOrEmpty(root) || !Path.IsPathRooted(root))
        {
            root = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), below);
        }

        return Path.Combine(root, UnixName);
    }
}
