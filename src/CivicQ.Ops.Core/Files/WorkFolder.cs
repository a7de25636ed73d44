namespace CivicQ.Ops.Core.Files;

/// <summary>
/// A folder for files that are needed for a while, that only their owner may read. It goes when it is disposed of; what a process that was killed left
/// behind is known by a lock beside it that nobody holds, and goes with <see cref="Sweep"/>.
/// </summary>
public sealed class WorkFolder : IDisposable
{
    /// <summary>What the names of such folders begin with.</summary>
    internal const string Prefix = ".civicq-";

    private const string LockEnd = ".lock";
    private const string Removed = ".removed";
    private static readonly TimeSpan Young = TimeSpan.FromMinutes(1);
    private readonly FileLock held;

    private WorkFolder(string path, FileLock held) => (Path, this.held) = (path, held);

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Makes one.</summary>
    /// <param name="parent">Below which folder; the system's folder for temporary files without it.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static WorkFolder Make(string? parent = null)
    {
        var path = System.IO.Path.Combine(parent ?? System.IO.Path.GetTempPath(), $"{Prefix}{Guid.NewGuid():N}");
        var held = FileLock.Acquire(path + LockEnd, TimeSpan.FromSeconds(5));
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            return new WorkFolder(path, held);
        }
        catch
        {
            held.Dispose();
            File.Delete(path + LockEnd);
            throw;
        }
    }

    /// <summary>Removes the folders whose owners were killed. What is in use, or another user's, stays.</summary>
    /// <param name="parent">Below which folder; the system's folder for temporary files without it.</param>
    /// <returns>How many there were.</returns>
    public static int Sweep(string? parent = null)
    {
        var place = parent ?? System.IO.Path.GetTempPath();
        try
        {
            return Directory.Exists(place) ? SweepBelow(place) : 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A folder that may not be listed holds nothing that may be removed.
            return 0;
        }
    }

    private static int SweepBelow(string place)
    {
        var swept = 0;
        foreach (var path in Directory.EnumerateDirectories(place, Prefix + "*").ToList())
        {
            swept += TryRemove(path) ? 1 : 0;
        }

        // One without a folder is of a process that was killed before it made it, or that makes it just now.
        foreach (var left in Directory.EnumerateFiles(place, Prefix + "*" + LockEnd).Where(file => !Directory.Exists(file[..^LockEnd.Length]) && DateTime.UtcNow - File.GetLastWriteTimeUtc(file) > Young).ToList())
        {
            swept += TryRemove(left[..^LockEnd.Length]) ? 1 : 0;
        }

        return swept;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            if (Directory.Exists(Path))
            {
                Remove(Path);
            }

            held.Dispose();
            File.Delete(Path + LockEnd);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What ended the work is what is told. The lock file stays beside it, so that the next one finds it.
            held.Dispose();
        }
    }

    /// <summary>Removes a folder that a program of a killed run may still write into: under its new name that finds nothing any more, and ends.</summary>
    internal static void Remove(string path)
    {
        var gone = path.EndsWith(Removed, StringComparison.Ordinal) ? path : path + Removed;
        if (gone != path)
        {
            Directory.Move(path, gone);
        }

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Directory.Delete(gone, recursive: true);
                return;
            }
            catch (DirectoryNotFoundException)
            {
                return;
            }
            catch (IOException) when (attempt < 40)
            {
                // A file came in between the look and the removal.
                Thread.Sleep(25);
            }
        }
    }

    private static bool TryRemove(string path)
    {
        var file = (path.EndsWith(Removed, StringComparison.Ordinal) ? path[..^Removed.Length] : path) + LockEnd;
        if (!File.Exists(file))
        {
            // Its owner has just ended, or it is none of these.
            return false;
        }

        try
        {
            using (FileLock.Acquire(file, TimeSpan.Zero))
            {
                if (Directory.Exists(path))
                {
                    Remove(path);
                }
            }

            File.Delete(file);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or TimeoutException)
        {
            return false;
        }
    }
}
