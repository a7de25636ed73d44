namespace CivicQ.Ops.Core.HostResources;

/// <summary>Reads the figures of one kind of operating system.</summary>
internal interface IHostReader
{
    /// <summary>The processor time used and available so far; two readings give the share between them.</summary>
    CpuReading ReadCpu();

    /// <summary>Memory, swap, load and uptime, as far as the system tells them.</summary>
    IEnumerable<HostResource> ReadMemory();

    /// <summary>The real file systems; pseudo file systems and second mounts of the same one are left out.</summary>
    IEnumerable<MountPoint> ReadMounts();
}
