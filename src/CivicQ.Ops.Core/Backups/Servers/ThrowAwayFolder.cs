using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;
using CivicQ.Ops.Core.Measures;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Processes;

namespace CivicQ.Ops.Core.Backups.Servers;

/// <summary>
/// A folder for a throw-away server, which goes with it. What a run that was killed left behind, folder and server, is removed by the next one: whoever
/// lives holds a lock within.
/// </summary>
internal sealed class ThrowAwayFolder : IAsyncDisposable
{
    private const string Prefix = "civicq-recovery-";
    private const string LockName = "owner.lock";
    private const int LongestPath = 107 - 21;
    private const int QuitSignal = 3;
    private const int KillSignal = 9;
    private readonly FileLock held;

    private ThrowAwayFolder(string path, UnprivilegedAccount? account, FileLock held) => (Path, Account, this.held) = (path, account, held);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Where a data directory is to be made.</summary>
    public string DataFolder => System.IO.Path.Combine(Path, "data");

    /// <summary>The account that servers run as; <see langword="null"/> for our own.</summary>
    public UnprivilegedAccount? Account { get; }

    /// <summary>Makes it, after clearing up what killed runs left in the same place.</summary>
    /// <param name="parent">Where; <see langword="null"/> for the machine's place for large temporary files.</param>
    /// <param name="neededBytes">How much must fit.</param>
    /// <param name="reporter">Told of what is cleared up.</param>
    /// <exception cref="OperationException"><see cref="RecoveryErrors.FolderNotUsable"/>, <see cref="BackupErrors.NoRoom"/>.</exception>
    public static ThrowAwayFolder Make(string? parent, long neededBytes, IOperationReporter reporter)
    {
        var account = UnprivilegedAccount.Find(RecoveryErrors.ServerNotInstalled);
        var place = System.IO.Path.GetFullPath(parent ?? Default(), CurrentFolder.Path);
        var path = System.IO.Path.Combine(place, Prefix + Convert.ToHexString(RandomNumberGenerator.GetBytes(6)).ToLowerInvariant());
        // What a unix socket's path may have. Found out now, not when everything is laid down.
        if (!OperatingSystem.IsWindows() && Encoding.UTF8.GetByteCount(path) > LongestPath)
        {
            throw new OperationException(RecoveryErrors.FolderNotUsable, $"{place} is too long a path for the server's socket: -WorkDirectory names a shorter one.", place);
        }

        FileLock? held = null;
        try
        {
            Directory.CreateDirectory(place);
            Sweep(place, reporter);
            EnsureRoom(place, neededBytes);
            // It gets its name when it is locked: one that is swept has no living owner.
            MakePrivate(path + ".new");
            held = FileLock.Acquire(System.IO.Path.Combine(path + ".new", LockName), TimeSpan.Zero);
            Directory.Move(path + ".new", path);
            account?.Own(path);
            return new ThrowAwayFolder(path, account, held);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or TimeoutException)
        {
            held?.Dispose();
            foreach (var left in new[] { path, path + ".new" }.Where(Directory.Exists))
            {
                Directory.Delete(left, recursive: true);
            }

            throw new OperationException(RecoveryErrors.FolderNotUsable, $"{place} cannot be used: {error.Message}", place, error);
        }
    }

    /// <summary>Sees to it that so much fits.</summary>
    /// <exception cref="OperationException"><see cref="BackupErrors.NoRoom"/>.</exception>
    public static void EnsureRoom(string place, long neededBytes)
    {
        var free = new DriveInfo(place).AvailableFreeSpace;
        if (free < neededBytes)
        {
            throw new OperationException(
                BackupErrors.NoRoom, $"The recovered server takes {Measure.Bytes(neededBytes)}, and the disk of {place} has {Measure.Bytes(free)} left. -WorkDirectory names another.", place);
        }
    }

    /// <summary>Makes a folder that its owner alone may enter, and gives it to the server's account.</summary>
    public string MakeFolder(string path)
    {
        MakePrivate(path);
        Account?.Own(path);
        return path;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // The lock goes last, or another run would clear up at the same time.
                Directory.Delete(Path, recursive: true);
                break;
            }
            catch (DirectoryNotFoundException)
            {
                break;
            }
            catch (Exception error) when (attempt < 40 && error is IOException or UnauthorizedAccessException)
            {
                // A server that is just ending still writes.
                await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None).ConfigureAwait(false);
            }
        }

        held.Dispose();
    }

    private static string Default() => Environment.GetEnvironmentVariable("TMPDIR") is { Length: > 0 } own && !OperatingSystem.IsWindows() ? own
        : !OperatingSystem.IsWindows() && Directory.Exists("/var/tmp") ? "/var/tmp" : System.IO.Path.GetTempPath();

    private static void MakePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static void Sweep(string place, IOperationReporter reporter)
    {
        foreach (var left in Directory.EnumerateDirectories(place, Prefix + "*").Where(one => !one.EndsWith(".new", StringComparison.Ordinal)).ToList())
        {
            try
            {
                using var mine = FileLock.Acquire(System.IO.Path.Combine(left, LockName), TimeSpan.Zero);
                End(System.IO.Path.Combine(left, "data"));
                Directory.Delete(left, recursive: true);
                reporter.Verbose($"Removed {left}, which a run that was killed had left.");
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or TimeoutException)
            {
                // It is in use, or another user's.
            }
        }
    }

    // Only a process that works in this very directory is its server: the number in the file may be another's by now.
    private static void End(string data)
    {
        var file = System.IO.Path.Combine(data, "postmaster.pid");
        if (!OperatingSystem.IsLinux() || !File.Exists(file) || !int.TryParse(File.ReadLines(file).FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var process))
        {
            return;
        }

        foreach (var signal in new[] { QuitSignal, KillSignal })
        {
            for (var attempt = 0; attempt < 100 && WorksIn(process, data); attempt++)
            {
                if (attempt == 0)
                {
                    _ = Native.Signal(process, signal);
                }

                Thread.Sleep(50);
            }
        }
    }

    private static bool WorksIn(int process, string data) =>
        string.Equals(new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/cwd")).LinkTarget, data, StringComparison.Ordinal);

    private static class Native
    {
        [DllImport("libc", EntryPoint = "kill")]
        internal static extern int Signal(int processId, int signal);
    }
}
