using System.Runtime.InteropServices;
using CivicQ.Host.Engine;

namespace CivicQ.Host.Cli;

/// <summary>
/// Ctrl+C and SIGTERM. The first one stops the pipeline, which tidies up; a second one, or one while no pipeline runs, ends the process.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly PosixSignalRegistration interrupt;
    private readonly PosixSignalRegistration terminate;
    private volatile bool running;
    private volatile bool terminated;

    public StopSignals()
    {
        interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    }

    /// <summary>Whether a signal came.</summary>
    public bool Stopped => stopping.IsCancellationRequested;

    /// <summary>What the signal that came ends the process with; success where none came.</summary>
    public int ExitCode => !Stopped ? ExitCodes.Success : terminated ? ExitCodes.Terminated : ExitCodes.Stopped;

    /// <summary>Runs a pipeline that the signals stop.</summary>
    /// <param name="pipeline">Runs it and gives its exit code.</param>
    /// <returns>The exit code; after SIGTERM that signal's.</returns>
    public int Run(Func<CancellationToken, int> pipeline)
    {
        running = true;
        try
        {
            var code = pipeline(stopping.Token);
            return code == ExitCodes.Stopped ? ExitCode : code;
        }
        finally
        {
            running = false;
        }
    }

    public void Dispose()
    {
        interrupt.Dispose();
        terminate.Dispose();
        stopping.Dispose();
    }

    private void Stop(PosixSignalContext signal)
    {
        signal.Cancel = running && !stopping.IsCancellationRequested;
        terminated |= signal.Signal == PosixSignal.SIGTERM;
        stopping.Cancel();
    }
}
