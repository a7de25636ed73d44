using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace CivicQ.Ops.Core.Lab;

/// <summary>One process, told apart from a later one with the same id by the moment of its start.</summary>
/// <param name="ProcessId">The process id.</param>
/// <param name="Started">The start's stamp: on Linux the boot's id and the kernel's clock ticks, elsewhere the time.</param>
public sealed record LabProcess(int ProcessId, string Started)
{
    /// <summary>SIGQUIT: PostgreSQL's immediate shutdown.</summary>
    internal const int Quit = 3;

    private const int KillSignal = 9;

    /// <summary>True while this very process runs.</summary>
    [JsonIgnore]
    public bool IsRunning => Find(ProcessId) == this;

    /// <summary>The memory that the process holds in RAM, in bytes; <see langword="null"/> when it does not run.</summary>
    [JsonIgnore]
    public long? MemoryBytes
    {
        get
        {
            try
            {
                using var process = Process.GetProcessById(ProcessId);
                return IsRunning ? process.WorkingSet64 : null;
            }
            catch (Exception error) when (error is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                return null;
            }
        }
    }

    /// <summary>The process that has this id now; <see langword="null"/> where there is none (or only a zombie).</summary>
    /// <param name="processId">The id.</param>
    /// <returns>The process.</returns>
    public static LabProcess? Find(int processId)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // proc(5): the name may hold spaces and brackets, so count from its end: state is field 3, start time field 22.
                var line = File.ReadAllText($"/proc/{processId.ToString(CultureInfo.InvariantCulture)}/stat");
                var fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
                return fields[0] is "Z" or "X" ? null : new LabProcess(processId, $"{BootId.Value}/{fields[19]}");
            }

            using var process = Process.GetProcessById(processId);
            return process.HasExited ? null : new LabProcess(processId, process.StartTime.ToUniversalTime().ToString("s", CultureInfo.InvariantCulture));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Ends the process and waits until it is gone; with its process group where it leads one. Does nothing when it runs no more.</summary>
    /// <param name="signal">The signal to try first; 0 to kill at once.</param>
    /// <param name="patience">How long the signal may take.</param>
    /// <returns>True when the process is gone.</returns>
    internal async Task<bool> EndAsync(int signal = 0, TimeSpan patience = default)
    {
        if (signal != 0 && IsRunning && !OperatingSystem.IsWindows())
        {
            _ = Native.Signal(ProcessId, signal);
            await GoneAsync(patience).ConfigureAwait(false);
        }

        if (IsRunning)
        {
            Kill();
        }

        return await GoneAsync(TimeSpan.FromSeconds(5)).ConfigureAwait(false);
    }

    private void Kill()
    {
        if (!OperatingSystem.IsWindows())
        {
            // The group has the leader's id; where the process leads none, there is no such group.
            _ = Native.Signal(-ProcessId, KillSignal);
            _ = Native.Signal(ProcessId, KillSignal);
            return;
        }

        try
        {
            using var process = Process.GetProcessById(ProcessId);
            process.Kill(entireProcessTree: true);
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It ended by itself meanwhile.
        }
    }

    private async Task<bool> GoneAsync(TimeSpan patience)
    {
        var clock = Stopwatch.StartNew();
        while (IsRunning)
        {
            if (clock.Elapsed > patience)
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), CancellationToken.None).ConfigureAwait(false);
        }

        return true;
    }

    private static readonly Lazy<string> BootId = new(() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim());

    private static class Native
    {
        [DllImport("libc", EntryPoint = "kill")]
        internal static extern int Signal(int processId, int signal);
    }
}
