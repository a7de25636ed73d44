using System.Diagnostics;

namespace CivicQ.Tests;

/// <summary>
/// Programs that are to be interrupted. Whoever runs the tests in the background (<c>nohup</c>, <c>&amp;</c>, many schedulers) has SIGINT ignored, a child
/// inherits that, and a .NET program heeds it.
/// </summary>
internal static class Signals
{
    private const string Env = "/usr/bin/env";
    private const string Option = "--default-signal=INT,QUIT";
    private static readonly Lazy<bool> Known = new(IsKnown);

    /// <summary>Has a program begin with signals as an interactive shell's child has them, where GNU's <c>env</c> is there. The process stays the same one.</summary>
    public static ProcessStartInfo Reset(ProcessStartInfo start)
    {
        if (!Known.Value)
        {
            return start;
        }

        List<string> words = [Option, start.FileName, .. start.ArgumentList];
        start.FileName = Env;
        start.ArgumentList.Clear();
        words.ForEach(start.ArgumentList.Add);
        return start;
    }

    private static bool IsKnown()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists(Env))
        {
            return false;
        }

        using var process = Process.Start(new ProcessStartInfo(Env, [Option, "true"]) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
