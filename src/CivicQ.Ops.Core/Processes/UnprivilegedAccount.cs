using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Processes;

/// <summary>The unprivileged account that PostgreSQL runs as when this process is root: PostgreSQL refuses to run as root.</summary>
/// <param name="Name">The account's name.</param>
/// <param name="UserId">Its user id.</param>
/// <param name="GroupId">Its group id.</param>
internal sealed record UnprivilegedAccount(string Name, uint UserId, uint GroupId)
{
    /// <summary>Where <c>setpriv</c> is; <see langword="null"/> where it is not.</summary>
    public static string? Setpriv => OperatingSystem.IsLinux() ? ProgramFinder.Find("setpriv") ?? ProgramFinder.Find("/usr/bin/setpriv") ?? ProgramFinder.Find("/bin/setpriv") : null;

    /// <summary>The account to use, or <see langword="null"/> where this process is an ordinary user's.</summary>
    /// <param name="failure">The error where there is none.</param>
    /// <exception cref="OperationException">Root, and no other account can be used.</exception>
    public static UnprivilegedAccount? Find(ErrorDefinition failure)
    {
        if (OperatingSystem.IsWindows() || Native.EffectiveUser() != 0)
        {
            return null;
        }

        if (File.Exists("/etc/passwd") && Setpriv is not null)
        {
            var accounts = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(fields => fields.Length >= 7).ToList();
            foreach (var name in new[] { "postgres", "nobody" })
            {
                if (accounts.FirstOrDefault(fields => fields[0] == name) is { } found)
                {
                    return new UnprivilegedAccount(
                        name, uint.Parse(found[2], CultureInfo.InvariantCulture), uint.Parse(found[3], CultureInfo.InvariantCulture));
                }
            }
        }

        throw new OperationException(
            failure, "PostgreSQL does not run as root, and setpriv (util-linux) or the account 'postgres' is missing. Run this as an ordinary user.");
    }

    /// <summary>What stands before a program and its arguments to have it run as this account.</summary>
    public IReadOnlyList<string> Prefix =>
    [
        Setpriv!, "--reuid=" + UserId.ToString(CultureInfo.InvariantCulture), "--regid=" + GroupId.ToString(CultureInfo.InvariantCulture), "--clear-groups",
    ];

    /// <summary>Has a program run as this account.</summary>
    public void Apply(ProcessStartInfo start, string program)
    {
        start.FileName = Prefix[0];
        foreach (var argument in Prefix.Skip(1).Append(program))
        {
            start.ArgumentList.Add(argument);
        }
    }

    /// <summary>Gives a file or folder to this account.</summary>
    /// <exception cref="IOException">It cannot be given.</exception>
    public void Own(string path)
    {
        if (Native.ChangeOwner(path, UserId, GroupId) != 0)
        {
            throw new IOException($"{path} cannot be given to {Name}: error {Marshal.GetLastPInvokeError()}.");
        }
    }

    private static class Native
    {
        [DllImport("libc", EntryPoint = "geteuid")]
        internal static extern uint EffectiveUser();

        [DllImport("libc", EntryPoint = "chown", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false)]
        internal static extern int ChangeOwner([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint owner, uint group);
    }
}
