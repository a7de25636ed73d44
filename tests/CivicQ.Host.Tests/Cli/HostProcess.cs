using System.Diagnostics;
using CivicQ.Host.Tests.Engine;

namespace CivicQ.Host.Tests.Cli;

/// <summary>The executable <c>civicq</c> with the module of test cmdlets, as a process of its own.</summary>
internal static class HostProcess
{
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "civicq.exe" : "civicq");

    /// <summary>Runs it to its end.</summary>
    /// <param name="line">Its words, parted by blanks.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="module">What CIVICQ_MODULE names; the fixture without it.</param>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string line, string input = "", string? module = null)
    {
        using var process = Start(Program, line.Split(' ', StringSplitOptions.RemoveEmptyEntries), module);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        return await EndAsync(process);
    }

    /// <summary>Runs a line of the shell that has <c>civicq</c> as <c>$0</c>.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> ShellAsync(string line)
    {
        using var process = Start("/bin/bash", ["-c", line, Program], null);
        process.StandardInput.Close();
        return await EndAsync(process);
    }

    /// <summary>Starts a program with the variables that make <c>civicq</c> find the fixture.</summary>
    public static Process Start(string program, string[] words, string? module = null)
    {
        var start = new ProcessStartInfo(program, words) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["CIVICQ_MODULE"] = module ?? Fixture.Module;
        start.Environment["TERM"] = "xterm-256color";
        start.Environment.Remove("NO_COLOR");
        return Process.Start(Signals.Reset(start))!;
    }

    /// <summary>Waits for its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> EndAsync(Process process)
    {
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"It did not end: {process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)}");
        }

        return (process.ExitCode, await output, await error);
    }

    /// <summary>Sends it a signal.</summary>
    public static async Task SignalAsync(Process process, string signal)
    {
        using var kill = Process.Start("/bin/kill", [$"-{signal}", $"{process.Id}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }
}
