using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.HostResources;

/// <summary>Reads Windows' own figures.</summary>
[SupportedOSPlatform("windows")]
internal sealed partial class WindowsHostReader : IHostReader
{
    /// <inheritdoc/>
    public CpuReading ReadCpu()
    {
        // Times in 100 ns over all processors; the kernel's time includes the idle time.
        if (!GetSystemTimes(out var idle, out var kernel, out var user))
        {
            throw new System.ComponentModel.Win32Exception(Marshal.GetLastPInvokeError());
        }

        return new CpuReading((kernel + user - idle) / 1e7, (kernel + user) / 1e7, System.Environment.ProcessorCount, "host");
    }

    /// <inheritdoc/>
    public IEnumerable<HostResource> ReadMemory()
    {
        var status = new MemoryStatus { Length = (uint)Marshal.SizeOf<MemoryStatus>() };
        if (!GlobalMemoryStatusEx(ref status))
        {
            throw new System.ComponentModel.Win32Exception(Marshal.GetLastPInvokeError());
        }

        double total = status.TotalPhysical;
        var used = total - status.AvailablePhysical;
        yield return new HostResource
        {
            Resource = HostResourceKind.Memory, Name = "host", Total = total, Used = used, Unit = MeasureUnit.Bytes, UsedRatio = used / total,
            Detail = $"{Measure.Bytes((long)used)} of {Measure.Bytes((long)total)} in use.",
        };
        var uptime = TimeSpan.FromMilliseconds(System.Environment.TickCount64);
        yield return new HostResource
        {
            Resource = HostResourceKind.Uptime, Name = "host", Used = uptime.TotalSeconds, Unit = MeasureUnit.Seconds, Detail = $"Up for {Measure.Duration(uptime)}.",
        };
    }

    /// <inheritdoc/>
    public IEnumerable<MountPoint> ReadMounts() =>
        DriveInfo.GetDrives().Where(drive => drive is { DriveType: DriveType.Fixed, IsReady: true }).Select(drive => new MountPoint(drive.Name, drive.DriveFormat));

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetSystemTimes(out long idle, out long kernel, out long user);

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GlobalMemoryStatusEx(ref MemoryStatus status);

    [StructLayout(LayoutKind.Sequential)]
    private struct MemoryStatus
    {
        public uint Length;
        public uint Load;
        public ulong TotalPhysical;
        public ulong AvailablePhysical;
        public ulong TotalPageFile;
        public ulong AvailablePageFile;
        public ulong TotalVirtual;
        public ulong AvailableVirtual;
        public ulong AvailableExtendedVirtual;
    }
}
