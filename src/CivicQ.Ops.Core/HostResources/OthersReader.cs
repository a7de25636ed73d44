namespace CivicQ.Ops.Core.HostResources;

/// <summary>Leaves out the processor time of the process that looks: a check that starts must not find the machine busy with itself.</summary>
/// <param name="all">Reads all that is used.</param>
/// <param name="own">The processor time that this process has used so far.</param>
internal sealed class OthersReader(IHostReader all, Func<TimeSpan> own) : IHostReader
{
    /// <summary>The reader for this process.</summary>
    /// <param name="all">Reads all that is used.</param>
    /// <returns>The reader.</returns>
    public static OthersReader OfThisProcess(IHostReader all) => new(all, static () =>
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    });

    /// <inheritdoc/>
    public CpuReading ReadCpu()
    {
        var reading = all.ReadCpu();
        return reading with { Busy = reading.Busy - own().TotalSeconds };
    }

    /// <inheritdoc/>
    public IEnumerable<HostResource> ReadMemory() => all.ReadMemory();

    /// <inheritdoc/>
    public IEnumerable<MountPoint> ReadMounts() => all.ReadMounts();
}
