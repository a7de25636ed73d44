namespace CivicQ.Ops.Core.Files;

/// <summary>Files that only their owner may read (mode 0600), and that appear complete or not at all.</summary>
public static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Options that make a new file mode 0600 from its first moment.</summary>
    /// <param name="mode">How to open it.</param>
    /// <param name="access">What for.</param>
    /// <param name="share">What others may do meanwhile.</param>
    /// <returns>The options.</returns>
    public static FileStreamOptions Options(FileMode mode, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && mode is not (FileMode.Open or FileMode.Truncate))
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return options;
    }

    /// <summary>Takes everybody else's rights to a file that was there before, for example one made by hand.</summary>
    /// <param name="stream">The open file.</param>
    public static void Restrict(FileStream stream)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(stream.SafeFileHandle) & ~OwnerOnly) != 0)
        {
            File.SetUnixFileMode(stream.SafeFileHandle, OwnerOnly);
        }
    }

    /// <summary>Replaces a file in one step: written beside it, flushed to the disk, renamed over it.</summary>
    /// <param name="path">The file; a symbolic link is followed, so that it stays one.</param>
    /// <param name="content">The new content.</param>
    /// <exception cref="IOException">The file could not be written; the old one is untouched.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var link = new FileInfo(path).LinkTarget is null ? null : File.ResolveLinkTarget(path, returnFinalTarget: true);
        var target = link?.FullName ?? Path.GetFullPath(path);
        var beside = $"{target}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(beside, Options(FileMode.CreateNew, FileAccess.Write, FileShare.None)))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(beside, target, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }
}
