using System.Runtime.InteropServices;

namespace CivicQ.Ops.Core.Files;

/// <summary>Writes a folder's entries to the disk, so that a renaming survives a loss of power.</summary>
internal static class FolderSync
{
    /// <summary>Flushes a folder; nothing on Windows, which has no such call. That it cannot be done is no failure: some file systems refuse.</summary>
    /// <param name="folder">The folder.</param>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var handle = Native.Open(folder, 0);
        if (handle >= 0)
        {
            _ = Native.Sync(handle);
            _ = Native.Close(handle);
        }
    }

    private static class Native
    {
        [DllImport("libc", EntryPoint = "open", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
        internal static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

        [DllImport("libc", EntryPoint = "fsync")]
        internal static extern int Sync(int handle);

        [DllImport("libc", EntryPoint = "close")]
        internal static extern int Close(int handle);
    }
}
