using System.Globalization;
using System.Runtime.InteropServices;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Processes;

namespace CivicQ.Ops.Core.Lab;

/// <summary>
/// The small System V shared memory segments by which PostgreSQL keeps two servers off one cluster. A server, or an initdb, that is killed
/// leaves its segment, which only a restart of the machine would clear.
/// </summary>
internal static class LabSharedMemory
{
    private const string List = "/proc/sysvipc/shm";

    // PostgreSQL's PGShmemHeader, where the main shared memory is mapped: far smaller than anybody else's segments.
    private const long LargestHeader = 256;

    /// <summary>Removes the segments that a process of this user made since then, that died, and to which nobody is attached.</summary>
    /// <param name="since">The moment from which on, UTC.</param>
    /// <param name="postmaster">The process whose children may still be ending: they are waited for.</param>
    /// <returns>The running work.</returns>
    public static async Task RemoveAbandonedAsync(DateTime since, int? postmaster)
    {
        if (!OperatingSystem.IsLinux() || !File.Exists(List))
        {
            return;
        }

        for (var attempt = 0; attempt < 50 && Read().Any(segment => segment.Creator == postmaster && segment.Attached > 0 && LabProcess.Find(segment.Creator) is null); attempt++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), CancellationToken.None).ConfigureAwait(false);
        }

        var owner = UnprivilegedAccount.Find(LabErrors.ServerStartFailed)?.UserId ?? LabPrograms.EffectiveUser;
        var from = new DateTimeOffset(since).ToUnixTimeSeconds();
        foreach (var segment in Read().Where(segment => segment.Attached == 0 && segment.Owner == owner && segment.Size <= LargestHeader
            && segment.Created >= from && LabProcess.Find(segment.Creator) is null))
        {
            // IPC_RMID is 0.
            _ = Native.Control(segment.Id, 0, 0);
        }
    }

    private static List<Segment> Read()
    {
        try
        {
            // key shmid perms size cpid lpid nattch uid gid cuid cgid atime dtime ctime …
            return
            [
                .. File.ReadLines(List).Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(fields => fields.Length >= 14).Select(fields =>
                {
                    long Number(int field) => long.Parse(fields[field], CultureInfo.InvariantCulture);
                    return new Segment((int)Number(1), Number(3), (int)Number(4), Number(6), Number(7), Number(13));
                }),
            ];
        }
        catch (IOException)
        {
            // No list of segments: nothing that could be removed with certainty.
            return [];
        }
    }

    private sealed record Segment(int Id, long Size, int Creator, long Attached, long Owner, long Created);

    private static class Native
    {
        [DllImport("libc", EntryPoint = "shmctl")]
        internal static extern int Control(int segment, int command, nint buffer);
    }
}
