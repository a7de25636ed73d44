using System.Globalization;
using System.Runtime.InteropServices;

namespace CivicQ.Ops.Core.Lab;

/// <summary>The small System V shared memory segment by which PostgreSQL keeps two servers off one cluster.</summary>
/// <param name="Key">The segment's key.</param>
/// <param name="SegmentId">The segment's id.</param>
internal sealed record LabSharedMemory(long Key, int SegmentId)
{
    /// <summary>Reads it from the lines of a <c>postmaster.pid</c>: the seventh holds key and id.</summary>
    public static LabSharedMemory? Read(IReadOnlyList<string> pidFile)
    {
        var fields = pidFile.Count >= 7 ? pidFile[6].Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];
        return OperatingSystem.IsLinux() && fields.Length == 2
            && long.TryParse(fields[0], CultureInfo.InvariantCulture, out var key) && int.TryParse(fields[1], CultureInfo.InvariantCulture, out var id)
                ? new LabSharedMemory(key, id)
                : null;
    }

    /// <summary>Removes the segment when it still has this key and nobody is attached to it.</summary>
    public void RemoveIfUnused()
    {
        try
        {
            // key shmid perms size cpid lpid nattch …
            var unused = File.ReadLines("/proc/sysvipc/shm").Skip(1)
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Any(fields => fields.Length > 6 && fields[6] == "0"
                    && fields[0] == Key.ToString(CultureInfo.InvariantCulture) && fields[1] == SegmentId.ToString(CultureInfo.InvariantCulture));
            if (unused)
            {
                _ = Native.Control(SegmentId, 0, 0);
            }
        }
        catch (IOException)
        {
            // No list of segments: nothing that could be removed with certainty.
        }
    }

    private static class Native
    {
        // IPC_RMID is 0.
        [DllImport("libc", EntryPoint = "shmctl")]
        internal static extern int Control(int segment, int command, nint buffer);
    }
}
