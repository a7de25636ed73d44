using System.Runtime.InteropServices;

namespace CivicQ.Ops.Core.HostResources;

/// <summary>How full a file system is.</summary>
/// <param name="TotalBytes">Its size.</param>
/// <param name="UsedBytes">What is in use.</param>
/// <param name="AvailableBytes">What an ordinary user may still write.</param>
/// <param name="InodesUsedRatio">The share of inodes in use, 0 to 1; <see langword="null"/> where it has none, or nobody tells.</param>
internal sealed partial record DiskUsage(long TotalBytes, long UsedBytes, long AvailableBytes, double? InodesUsedRatio)
{
    /// <summary>The share in use as <c>df</c> counts it: blocks kept for root are neither used nor available.</summary>
    public double UsedRatio => UsedBytes + AvailableBytes is > 0 and var usable ? (double)UsedBytes / usable : 0;

    /// <summary>Asks the system. A network disk whose server is gone can keep this waiting.</summary>
    public static DiskUsage Read(string path)
    {
        var drive = new DriveInfo(path);
        var total = drive.TotalSize;
        return new DiskUsage(total, total - drive.TotalFreeSpace, drive.AvailableFreeSpace, Inodes(path));
    }

    private static double? Inodes(string path)
    {
        // The layout of struct statvfs is the same for glibc and musl on every 64-bit Linux.
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess || StatVfs(path, out var status) != 0 || status.Files == 0)
        {
            return null;
        }

        return 1 - ((double)status.FreeFiles / status.Files);
    }

    [LibraryImport("libc", EntryPoint = "statvfs", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatVfs(string path, out FileSystemStatus status);

    [StructLayout(LayoutKind.Sequential, Size = 256)]
    private struct FileSystemStatus
    {
        public ulong BlockSize;
        public ulong FragmentSize;
        public ulong Blocks;
        public ulong FreeBlocks;
        public ulong AvailableBlocks;
        public ulong Files;
        public ulong FreeFiles;
    }
}
