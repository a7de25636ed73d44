using System.Diagnostics;
using System.Globalization;

namespace CivicQ.Ops.Core.Lab;

/// <summary>The pid files that servers write themselves: how a server is found whose starter died before it could note it.</summary>
internal static class LabPidFile
{
    // Clocks of the kernel and of the file system differ a little.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(3);

    /// <summary>The running process that a pid file names; <see langword="null"/> where there is none or it is provably another.</summary>
    public static LabProcess? Read(string path)
    {
        try
        {
            return File.Exists(path) && int.TryParse(File.ReadLines(path).FirstOrDefault(), CultureInfo.InvariantCulture, out var processId) && IsOwner(processId, path)
                ? LabProcess.Find(processId)
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>True when the process can have written the file: it was there before the file was last written. A later process that got the same id was not.</summary>
    public static bool IsOwner(int processId, string path)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return process.StartTime.ToUniversalTime() <= File.GetLastWriteTimeUtc(path) + Tolerance;
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
