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

    /// <summary>Runs it, with bytes in and out.</summary>
    /// <param name="command">The program.</param>
    /// <param name="input">What it reads; nothing without it.</param>
    /// <param name="output">Gets its standard output as it comes; the program waits meanwhile.</param>
    /// <param name="line">Told of every line of its standard error as it comes, from other threads.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <returns>Its exit code, when it has ended and all its output was taken.</returns>
    /// <exception cref="Win32Exception">It cannot be started.</exception>
    public static async Task<int> PipeAsync(
        SupervisedCommand command, Stream? input, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> output, Action<string> line, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var process = Process.Start(Information(command))!;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var errors = ReadAsync(process.StandardError, line);
        var feeding = FeedAsync(process, input, ending.Token);
        try
        {
            var buffer = new byte[1 << 17];
            var stream = process.StandardOutput.BaseStream;
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                await output(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            }

            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            await Task.WhenAny(errors, Task.Delay(TimeSpan.FromSeconds(5), CancellationToken.None)).ConfigureAwait(false);
            // A program that has ended reads no more, whether all was read or not: its exit code says which.
            await ending.CancelAsync().ConfigureAwait(false);
            await ((Task)feeding).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return await FedAsync(feeding, process.ExitCode).ConfigureAwait(false);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            await ending.CancelAsync().ConfigureAwait(false);
            await ((Task)feeding).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    // What could not be read for the program is the cause of what it then said, so it comes first; that it would read no more is its own affair.
    private static async Task<int> FedAsync(Task<bool> feeding, int exitCode)
    {
        try
        {
            await feeding.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
        }

        return exitCode;
    }

    private static async Task<bool> FeedAsync(Process process, Stream? input, CancellationToken cancellationToken)
    {
        if (input is null)
        {
            process.StandardInput.Close();
            return true;
        }

        var target = process.StandardInput.BaseStream;
        var buffer = new byte[1 << 17];
        var whole = false;
        try
        {
            int read;
            while ((read = await input.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                try
                {
                    await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                }
                catch (IOException)
                {
                    return false;
                }
            }

            whole = true;
            return true;
        }
        catch when (!cancellationToken.IsCancellationRequested)
        {
            // Half of an input must not pass for the whole.
            process.Kill(entireProcessTree: true);
            throw;
        }
        finally
        {
            try
            {
                process.StandardInput.Close();
            }
            catch (IOException) when (!whole)
            {
            }
        }
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
