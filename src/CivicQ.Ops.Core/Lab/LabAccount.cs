using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Lab;

/// <summary>The unprivileged account that PostgreSQL runs as when this process is root: PostgreSQL refuses to run as root.</summary>
/// <param name="Name">The account's name.</param>
/// <param name="UserId">Its user id.</param>
/// <param name="GroupId">Its group id.</param>
internal sealed record LabAccount(string Name, uint UserId, uint GroupId)
{
    /// <summary>The account to use, or <see langword="null"/> where this process is an ordinary user's.</summary>
    /// <exception cref="OperationException"><c>LabServerStartFailed</c>: root, and no other account can be used.</exception>
    public static LabAccount? Find()
    {
        if (!LabPrograms.IsRoot)
        {
            return null;
        }

        if (File.Exists("/etc/passwd") && LabPrograms.OnPath("setpriv", "/usr/bin", "/bin") is not null)
        {
            var accounts = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(fields => fields.Length >= 7).ToList();
            foreach (var name in new[] { "postgres", "nobody" })
            {
                if (accounts.FirstOrDefault(fields => fields[0] == name) is { } found)
                {
                    return new LabAccount(
                        name, uint.Parse(found[2], CultureInfo.InvariantCulture), uint.Parse(found[3], CultureInfo.InvariantCulture));
                }
            }
        }

        throw new OperationException(
            LabErrors.ServerStartFailed, "PostgreSQL does not run as root, and setpriv (util-linux) or the account 'postgres' is missing. Start the lab as an ordinary user.");
    }

    /// <summary>Has a program run as this account.</summary>
    public void Apply(ProcessStartInfo start, string program)
    {
        start.FileName = LabPrograms.OnPath("setpriv", "/usr/bin", "/bin")!;
        start.ArgumentList.Add("--reuid=" + UserId.ToString(CultureInfo.InvariantCulture));
        start.ArgumentList.Add("--regid=" + GroupId.ToString(CultureInfo.InvariantCulture));
        start.ArgumentList.Add("--clear-groups");
        start.ArgumentList.Add(program);
    }

    /// <summary>Gives a file or folder to this account.</summary>
    public void Own(string path)
    {
        if (Native.ChangeOwner(path, UserId, GroupId) != 0)
        {
            throw new OperationException(LabErrors.ServerStartFailed, $"{path} cannot be given to {Name}: error {Marshal.GetLastPInvokeError()}.", path);
        }
    }

    private static class Native
    {
        [DllImport("libc", EntryPoint = "chown", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false)]
        internal static extern int ChangeOwner([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint owner, uint group);
    }
}
