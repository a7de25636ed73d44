using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace CivicQ.Ops.Core.Files;

/// <summary>Reads small regular files: never a device or pipe, which may never end or never begin.</summary>
internal static partial class SmallFile
{
    // O_RDONLY | O_NONBLOCK | O_CLOEXEC: without O_NONBLOCK the opening of a pipe that nobody writes to never returns.
    private const int OpenOnLinux = 0x800 | 0x80000;
    private const int OpenOnMac = 0x4 | 0x1000000;

    /// <summary>Reads a file as UTF-8.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maximumBytes">The largest size.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The text.</returns>
    /// <exception cref="IOException">It is not there, is larger, or is no regular file.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static async Task<string> ReadTextAsync(string path, int maximumBytes, CancellationToken cancellationToken)
    {
        var stream = Open(path);
        await using var closing = stream.ConfigureAwait(false);
        var buffer = new byte[maximumBytes + 1];
        var length = 0;
        int read;
        while (length < buffer.Length && (read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false)) > 0)
        {
            length += read;
        }

        if (length > maximumBytes)
        {
            throw new IOException($"it is larger than {maximumBytes / 1024} KiB.");
        }

        using var text = new StreamReader(new MemoryStream(buffer, 0, length), Encoding.UTF8);
        return await text.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
    }

    private static FileStream Open(string path)
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS())
        {
            var descriptor = OpenWithoutWaiting(path, OperatingSystem.IsLinux() ? OpenOnLinux : OpenOnMac);
            if (descriptor >= 0)
            {
                var stream = new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Read, bufferSize: 0);
                if (stream.CanSeek)
                {
                    return stream;
                }

                stream.Dispose();
                throw new IOException("it is a device or pipe, not a file.");
            }

        }

        // On Windows; elsewhere for .NET's words for what kept it from opening.
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenWithoutWaiting(string path, int flags);
}
