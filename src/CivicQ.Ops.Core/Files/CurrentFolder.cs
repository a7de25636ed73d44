namespace CivicQ.Ops.Core.Files;

/// <summary>The caller's current location: PowerShell's, which <c>cd</c> changes, is another than the process's.</summary>
public static class CurrentFolder
{
    private static readonly AsyncLocal<string?> Known = new();

    /// <summary>The folder that relative paths in variables start from.</summary>
    public static string Path => Known.Value ?? Environment.CurrentDirectory;

    /// <summary>Notes the location for all work that is started from here.</summary>
    /// <param name="path">The folder; <see langword="null"/> for the process's own.</param>
    public static void Set(string? path) => Known.Value = path;
}
