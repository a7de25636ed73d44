using System.Runtime.InteropServices;

namespace CivicQ.Lab;

/// <summary>Parts the process from the shell that started it: own session, standard streams to a file.</summary>
internal static class Detachment
{
    private const int WriteAppend = 0x1 | 0x400;
    private const int WriteAppendOfMac = 0x1 | 0x8;

    /// <summary>Does it. On Windows there is nothing to do: the starter gave neither console nor lasting pipes.</summary>
    public static void Detach(string outputLog)
    {
        if (OperatingSystem.IsWindows())
        {
            Console.SetOut(TextWriter.Null);
            Console.SetError(TextWriter.Null);
            return;
        }

        _ = Native.NewSession();
        File.AppendAllText(outputLog, "");
        var output = Native.Open(outputLog, OperatingSystem.IsMacOS() ? WriteAppendOfMac : WriteAppend);
        var input = Native.Open("/dev/null", 0);
        _ = Native.Duplicate(input, 0);
        _ = Native.Duplicate(output, 1);
        _ = Native.Duplicate(output, 2);
    }

    private static class Native
    {
        [DllImport("libc", EntryPoint = "setsid")]
        internal static extern int NewSession();

        [DllImport("libc", EntryPoint = "open", CharSet = CharSet.Ansi, BestFitMapping = false)]
        internal static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

        [DllImport("libc", EntryPoint = "dup2")]
        internal static extern int Duplicate(int from, int to);
    }
}
