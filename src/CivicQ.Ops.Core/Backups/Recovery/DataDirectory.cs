using CivicQ.Ops.Core.Backups.Servers;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Backups.Recovery;

/// <summary>The folder that a base backup is laid down in. It is emptied again unless it was recovered to the end.</summary>
internal sealed class DataDirectory : IDisposable
{
    // Whoever has made this file in a folder is the one who fills it, and the only one who may empty it again.
    private const string Claim = ".civicq-recovery";
    private readonly bool mine;
    private bool kept;

    private DataDirectory(string path, bool mine) => (Path, this.mine) = (path, mine);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Makes it.</summary>
    /// <param name="folder">The throw-away server's folder, and account.</param>
    /// <param name="path">Where, where it may stay.</param>
    /// <param name="neededBytes">How much must fit.</param>
    /// <exception cref="OperationException"><see cref="RecoveryErrors.FolderNotUsable"/>, <see cref="BackupErrors.NoRoom"/>.</exception>
    public static DataDirectory Make(ThrowAwayFolder folder, string? path, long neededBytes)
    {
        var place = path ?? folder.DataFolder;
        var mine = !Directory.Exists(place);
        try
        {
            // Looked at again: since it was asked for, another recovery may have ended here.
            EnsureEmpty(place);
            folder.MakeFolder(place);
            new FileStream(System.IO.Path.Combine(place, Claim), FileMode.CreateNew).Dispose();
            if (!OperatingSystem.IsWindows())
            {
                // One that was there may let others in, which PostgreSQL refuses.
                File.SetUnixFileMode(place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            var result = new DataDirectory(place, mine);
            try
            {
                ThrowAwayFolder.EnsureRoom(place, path is null ? 0 : neededBytes);
                return result;
            }
            catch
            {
                result.Dispose();
                throw;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OperationException(RecoveryErrors.FolderNotUsable, $"{place} cannot be used: {error.Message}", place, error);
        }
    }

    /// <summary>Sees to it that nothing is in a folder.</summary>
    /// <exception cref="OperationException"><see cref="RecoveryErrors.FolderNotUsable"/>.</exception>
    public static void EnsureEmpty(string path)
    {
        if (File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()))
        {
            throw new OperationException(RecoveryErrors.FolderNotUsable, $"{path} is there and not empty.", path);
        }
    }

    /// <summary>It stays.</summary>
    public void Keep()
    {
        File.Delete(System.IO.Path.Combine(Path, Claim));
        kept = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (kept || !Directory.Exists(Path))
        {
            return;
        }

        if (mine)
        {
            Directory.Delete(Path, recursive: true);
            return;
        }

        foreach (var one in new DirectoryInfo(Path).EnumerateFileSystemInfos().ToList())
        {
            if (one is DirectoryInfo folder)
            {
                folder.Delete(recursive: true);
            }
            else
            {
                one.Delete();
            }
        }
    }
}
