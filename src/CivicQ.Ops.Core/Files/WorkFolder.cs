namespace CivicQ.Ops.Core.Files;

/// <summary>A folder for files that are needed for a while, that only their owner may read. It goes when it is disposed of.</summary>
public sealed class WorkFolder : IDisposable
{
    /// <summary>What the names of such folders begin with.</summary>
    internal const string Prefix = ".civicq-";

    private WorkFolder(string path) => Path = path;

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Makes one.</summary>
    /// <param name="parent">Below which folder; the system's folder for temporary files without it.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static WorkFolder Make(string? parent = null)
    {
        var path = System.IO.Path.Combine(parent ?? System.IO.Path.GetTempPath(), $"{Prefix}{Guid.NewGuid():N}");
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return new WorkFolder(path);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
