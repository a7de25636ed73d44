using System.Diagnostics;
using System.Globalization;

namespace CivicQ.Ops.Core.Tests.Backups;

/// <summary>PostgreSQL's programs that work for one server: other tests, and other people, have theirs.</summary>
internal static class OwnProcesses
{
    /// <summary>Kills those of a name that were told to connect to a port.</summary>
    public static void Kill(string name, int port)
    {
        foreach (var process in Process.GetProcessesByName(name))
        {
            using (process)
            {
                if (Arguments(process.Id).Contains(port.ToString(CultureInfo.InvariantCulture)))
                {
                    process.Kill();
                }
            }
        }
    }

    private static string[] Arguments(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").Split('\0');
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
