using System.Diagnostics;
using System.Runtime.InteropServices;
using CivicQ.Ops.Core.Processes;

namespace CivicQ.Ops.Core.Backups.Servers;

/// <summary>
/// A server as this process's child, with its log as lines. On Linux it ends when this process does, however that comes about: the kernel sends the
/// signal when the thread that started it goes, so that has a thread of its own.
/// </summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    /// <summary>The signal of PostgreSQL's orderly shutdown, without waiting for clients.</summary>
    public const int Interrupt = 2;

    /// <summary>The signal of PostgreSQL's immediate shutdown.</summary>
    public const int Quit = 3;

    private readonly ManualResetEventSlim over;
    private readonly Process process;
    private readonly Task reading;

    private ServerProcess(Process process, Action<string> line, ManualResetEventSlim over)
    {
        (this.process, this.over) = (process, over);
        process.StandardInput.Close();
        reading = Task.WhenAll(ReadAsync(process.StandardOutput, line), ReadAsync(process.StandardError, line));
    }

    /// <summary>True while it runs.</summary>
    public bool IsRunning => !process.HasExited;

    /// <summary>Its process id.</summary>
    public int ProcessId => process.Id;

    /// <summary>Starts it.</summary>
    /// <param name="program">The server.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">The folder that it starts in.</param>
    /// <param name="account">The account to run as, where it is another.</param>
    /// <param name="line">Told of every line, from other threads.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">It cannot be started.</exception>
    public static async Task<ServerProcess> StartAsync(string program, IEnumerable<string> arguments, string folder, UnprivilegedAccount? account, Action<string> line)
    {
        List<string> command = [.. account?.Prefix ?? (UnprivilegedAccount.Setpriv is { } setpriv ? [setpriv] : [])];
        if (command.Count > 0)
        {
            command.Add("--pdeathsig=QUIT");
        }

        command.Add(program);
        command.AddRange(arguments);
        var start = new ProcessStartInfo
        {
            FileName = command[0], WorkingDirectory = folder, UseShellExecute = false, CreateNoWindow = true,
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        command.Skip(1).ToList().ForEach(start.ArgumentList.Add);
        // Nothing of the operator's shell is the server's business, secrets least of all.
        var path = start.Environment.TryGetValue("PATH", out var own) ? own : null;
        if (!OperatingSystem.IsWindows())
        {
            start.Environment.Clear();
        }

        start.Environment["PATH"] = path;
        start.Environment["LC_ALL"] = "C";
        start.Environment["TZ"] = "UTC";
        var over = new ManualResetEventSlim();
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                started.SetResult(Process.Start(start)!);
            }
            catch (Exception error)
            {
                started.SetException(error);
                return;
            }

            over.Wait();
        })
        { IsBackground = true, Name = "CivicQ.Ops server" }.Start();
        return new ServerProcess(await started.Task.ConfigureAwait(false), line, over);
    }

    /// <summary>Waits until it has ended.</summary>
    public async Task<int> WaitAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return process.ExitCode;
    }

    /// <summary>Ends it.</summary>
    /// <param name="signal">The signal to try first.</param>
    /// <param name="patience">How long that may take before it is killed.</param>
    /// <returns>True where it ended by the signal, in good order.</returns>
    public async Task<bool> StopAsync(int signal, TimeSpan patience)
    {
        var orderly = !OperatingSystem.IsWindows();
        if (IsRunning && orderly)
        {
            _ = Native.Signal(process.Id, signal);
            using var limit = new CancellationTokenSource(patience);
            await ((Task)process.WaitForExitAsync(limit.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (IsRunning)
        {
            orderly = false;
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(5), CancellationToken.None)).ConfigureAwait(false);
        return orderly && process.ExitCode == 0;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(Quit, TimeSpan.FromSeconds(10)).ConfigureAwait(false);
        over.Set();
        process.Dispose();
    }

    private static async Task ReadAsync(StreamReader reader, Action<string> line)
    {
        while (await reader.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } text)
        {
            line(text);
        }
    }

    private static class Native
    {
        [DllImport("libc", EntryPoint = "kill")]
        internal static extern int Signal(int processId, int signal);
    }
}
