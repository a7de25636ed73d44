using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Processes;

namespace CivicQ.Ops.Core.Backups.Physical;

/// <summary>
/// Lays a base backup's files down as a data directory that the server's account owns, and nobody else may enter. Where that fails, its own errors say so
/// (<see cref="RecoveryErrors.FolderNotUsable"/>), so that those of the backup's disk are told from them.
/// </summary>
/// <param name="root">The directory, which is there and empty.</param>
/// <param name="account">The server's account, where it is another.</param>
internal sealed class BaseExtractor(string root, UnprivilegedAccount? account) : IBaseSink, IDisposable
{
    private const UnixFileMode FileMode0600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private FileStream? stream;

    /// <inheritdoc/>
    public void Begin(BaseFile file)
    {
        try
        {
            var path = Path.Combine(root, file.Path.Replace('/', Path.DirectorySeparatorChar));
            if (file.IsFolder)
            {
                Make(path);
                return;
            }

            // PostgreSQL names a folder before what is in it, but for the first files of all.
            if (!Directory.Exists(Path.GetDirectoryName(path)))
            {
                Make(Path.GetDirectoryName(path)!);
            }

            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 1 << 16 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = FileMode0600;
            }

            stream = new FileStream(path, options);
            account?.Own(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw NotUsable(error);
        }
    }

    /// <inheritdoc/>
    public void Data(ReadOnlySpan<byte> bytes)
    {
        try
        {
            stream!.Write(bytes);
        }
        catch (IOException error)
        {
            throw NotUsable(error);
        }
    }

    /// <inheritdoc/>
    public void End()
    {
        try
        {
            stream?.Dispose();
            stream = null;
        }
        catch (IOException error)
        {
            throw NotUsable(error);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            stream?.Dispose();
        }
        catch (IOException)
        {
            // The disk is full, which is known already; what is there goes.
        }
    }

    private OperationException NotUsable(Exception error) => new(RecoveryErrors.FolderNotUsable, $"{root}: {error.Message}", root, error);

    private void Make(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        if (!Directory.Exists(Path.GetDirectoryName(path)))
        {
            Make(Path.GetDirectoryName(path)!);
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, FileMode0600 | UnixFileMode.UserExecute);
        }

        account?.Own(path);
    }
}
