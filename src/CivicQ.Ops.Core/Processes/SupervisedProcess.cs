using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace CivicQ.Ops.Core.Processes;

/// <summary>Runs a program to its end, gives its lines as they come, and ends its whole process tree when it is cancelled.</summary>
internal static class SupervisedProcess
{
    /// <summary>Runs it.</summary>
    /// <param name="command">The program.</param>
    /// <param name="line">Told of every line as it comes: its text, and whether it was an error stream's. From other threads.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <returns>Its exit code.</returns>
    /// <exception cref="Win32Exception">It cannot be started.</exception>
    public static async Task<int> RunAsync(SupervisedCommand command, Action<string, bool> line, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var process = Process.Start(Information(command))!;
        process.StandardInput.Close();
        var reading = Task.WhenAll(ReadAsync(process.StandardOutput, text => line(text, false)), ReadAsync(process.StandardError, text => line(text, true)));
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        // A grandchild that outlives the program would keep the pipes open.
        await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(5), CancellationToken.None)).ConfigureAwait(false);
        return process.ExitCode;
    }

    private static ProcessStartInfo Information(SupervisedCommand command)
    {
        var start = new ProcessStartInfo
        {
            FileName = command.Program,
            WorkingDirectory = command.Folder ?? "",
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var argument in command.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in command.Variables)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static async Task ReadAsync(StreamReader reader, Action<string> line)
    {
        while (await reader.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } text)
        {
            line(text);
        }
    }
}
