using System.Globalization;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;

namespace CivicQ.Ops.Core.Backups.Stores;

/// <summary>
/// Keeps a second backup out of a series in a folder, whichever server and process it is of. Each run holds a lock file of its own name, so that the file
/// can go with the run: first it shows its own, then it looks for another that is held. Of two that begin at once one gives up, or both do.
/// </summary>
internal sealed class SeriesLock : IDisposable
{
    private const string Begin = ".running-";
    private const string End = ".lock";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly string path;
    private readonly FileLock held;

    private SeriesLock(string path, FileLock held) => (this.path, this.held) = (path, held);

    /// <summary>Takes it. What killed runs left of theirs goes.</summary>
    /// <param name="folder">The series' folder.</param>
    /// <exception cref="OperationException"><see cref="BackupErrors.Busy"/>.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static SeriesLock Take(string folder)
    {
        var own = Show(folder);
        try
        {
            // Whoever looks holds it for a moment too. Not all wait equally long, so that of two that wait for each other one is left.
            var wait = TimeSpan.FromMilliseconds(Random.Shared.Next(200, 2000));
            foreach (var other in Directory.EnumerateFiles(folder, Begin + "*" + End).Where(file => file != own.path).ToList())
            {
                var since = File.GetLastWriteTimeUtc(other);
                try
                {
                    Remove(other, FileLock.Acquire(other, wait));
                }
                catch (TimeoutException error)
                {
                    throw new OperationException(
                        BackupErrors.Busy, string.Create(CultureInfo.InvariantCulture, $"Another backup into {folder} runs, since {since:yyyy-MM-dd HH:mm:ss'Z'}."), folder, error);
                }
            }

            return own;
        }
        catch
        {
            own.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Remove(path, held);

    private static SeriesLock Show(string folder)
    {
        while (true)
        {
            var path = Path.Combine(folder, $"{Begin}{Guid.NewGuid():N}{End}");
            var held = FileLock.Acquire(path, Patience);
            if (File.Exists(path))
            {
                return new SeriesLock(path, held);
            }

            // Somebody looked between its making and its locking, and took it for a killed run's.
            held.Dispose();
        }
    }

    // While it is held, so that nobody has just taken it; Windows removes no file that is open, and none that somebody else has opened since.
    private static void Remove(string path, FileLock held)
    {
        using (held)
        {
            if (!OperatingSystem.IsWindows())
            {
                Delete(path);
            }
        }

        if (OperatingSystem.IsWindows())
        {
            Delete(path);
        }
    }

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Nobody holds it, so it is in nobody's way; the next run removes it.
        }
    }
}
