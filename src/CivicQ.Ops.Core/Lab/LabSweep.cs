using System.Globalization;
using System.Text;

namespace CivicQ.Ops.Core.Lab;

/// <summary>Finds processes that carry the lab's id in their environment: children whose parent was killed, or a server that nobody could note.</summary>
internal static class LabSweep
{
    /// <summary>The processes with this lab's id; on Linux only, elsewhere none.</summary>
    public static IEnumerable<LabProcess> Find(string id)
    {
        if (!OperatingSystem.IsLinux())
        {
            yield break;
        }

        var marker = Encoding.UTF8.GetBytes($"{LabState.Marker}={id}\0");
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var processId)
                && processId != Environment.ProcessId && Carries(folder, marker) && LabProcess.Find(processId) is { } process)
            {
                yield return process;
            }
        }
    }

    private static bool Carries(string folder, byte[] marker)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(folder, "environ")).AsSpan().IndexOf(marker) >= 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Another user's, or it has just ended.
            return false;
        }
    }
}
