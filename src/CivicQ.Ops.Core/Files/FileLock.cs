namespace CivicQ.Ops.Core.Files;

/// <summary>
/// Holds a lock file, so that one writer at a time works on what it protects: across threads, runspaces and processes. The system
/// lets go of it when the process dies. The lock file stays behind, empty: removing it would let two writers in.
/// </summary>
public sealed class FileLock : IDisposable
{
    // What .NET puts into an IOException: Windows' own codes, or the error number of flock.
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int LockViolation = unchecked((int)0x80070021);
    private const int WouldBlockOnLinux = 11;
    private const int WouldBlockElsewhere = 35;
    private readonly FileStream stream;

    private FileLock(FileStream stream) => this.stream = stream;

    /// <summary>Waits for the lock. Synchronous, because the journal's last chance to write is a Dispose.</summary>
    /// <param name="path">The lock file; made when it is not there.</param>
    /// <param name="timeout">How long to wait for the present holder.</param>
    /// <returns>The lock; disposing of it lets the next one in.</returns>
    /// <exception cref="TimeoutException">Somebody else held it all the time.</exception>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static FileLock Acquire(string path, TimeSpan timeout)
    {
        var started = Environment.TickCount64;
        while (true)
        {
            try
            {
                return new FileLock(new FileStream(path, PrivateFile.Options(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)));
            }
            catch (IOException error) when (IsHeld(error))
            {
                if (Environment.TickCount64 - started >= timeout.TotalMilliseconds)
                {
                    throw new TimeoutException($"Somebody else has held {path} for {timeout.TotalSeconds:0.#} s.", error);
                }

                // Not all at the same beat, or the same one wins each time.
                Thread.Sleep(Random.Shared.Next(1, 20));
            }
        }
    }

    /// <summary>Finds out whether the disk takes so much more, and leaves the lock file empty again.</summary>
    /// <param name="bytes">How much.</param>
    /// <exception cref="IOException">The disk is full, or broken.</exception>
    public void EnsureRoom(int bytes)
    {
        try
        {
            stream.Write(new byte[bytes]);
            stream.Flush(flushToDisk: true);
        }
        finally
        {
            if (stream.CanSeek)
            {
                stream.SetLength(0);
            }
        }
    }

    /// <summary>Whether a file could not be opened because somebody else has it, rather than for a full disk, a read-only one or their like.</summary>
    /// <param name="error">What opening it gave.</param>
    /// <returns>True where it makes sense to wait.</returns>
    internal static bool IsHeld(IOException error) => OperatingSystem.IsWindows()
        ? error.HResult is SharingViolation or LockViolation
        : error.HResult is WouldBlockOnLinux or WouldBlockElsewhere;

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}
