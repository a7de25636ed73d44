using System.Diagnostics;

namespace CivicQ.Ops.Tests.Support;

/// <summary>The command <c>civicq</c> in a process of its own, with variables of its own.</summary>
/// <param name="variables">The variables to set; null takes one away.</param>
internal sealed class CivicQProcess(IReadOnlyDictionary<string, string?> variables)
{
    private static string Program => Path.Combine(Suite.Root, "artifacts", "civicq", "civicq");

    /// <summary>Runs it to its end.</summary>
    public async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] words)
    {
        using var process = Start(words);
        return await EndAsync(process);
    }

    /// <summary>Starts it.</summary>
    public Process Start(params string[] words)
    {
        var start = new ProcessStartInfo(Program, words) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(Signals.Reset(start))!;
        process.StandardInput.Close();
        return process;
    }

    /// <summary>Waits for its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> EndAsync(Process process)
    {
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
