using System.Diagnostics;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Processes;

namespace CivicQ.Ops.Core.Lab;

/// <summary>Runs one of the servers' programs: to its end, or as a server that detaches itself.</summary>
internal static class LabCommand
{
    /// <summary>Runs a program to its end; it is killed with its children when cancelled.</summary>
    /// <param name="program">The program's path.</param>
    /// <param name="arguments">Its arguments; never a secret.</param>
    /// <param name="folder">Its working folder.</param>
    /// <param name="variables">Further environment variables.</param>
    /// <param name="account">The account to run as, where it is another.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    /// <returns>What it wrote, both streams.</returns>
    /// <exception cref="OperationException"><c>LabServerStartFailed</c>: it ended with another code than 0.</exception>
    public static async Task<string> RunAsync(
        string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string> variables, UnprivilegedAccount? account, CancellationToken cancellationToken)
    {
        using var process = Start(program, arguments, folder, variables, account);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
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

        // On Windows a server that was started by the program keeps the pipes open: what is there after the exit is enough.
        await Task.WhenAny(Task.WhenAll(output, errors), Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None)).ConfigureAwait(false);
        var text = ((output.IsCompletedSuccessfully ? output.Result : "") + (errors.IsCompletedSuccessfully ? errors.Result : "")).Trim();
        return process.ExitCode == 0
            ? text
            : throw new OperationException(
                LabErrors.ServerStartFailed, $"{Path.GetFileName(program)} ended with code {process.ExitCode}: {text}", Path.GetFileName(program));
    }

    /// <summary>
    /// Starts a program whose standard streams lead nowhere: nothing of this process's terminal or pipes is inherited, so that whoever
    /// reads this process's output is not kept waiting by a server.
    /// </summary>
    public static Process Start(
        string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string> variables, UnprivilegedAccount? account)
    {
        var start = new ProcessStartInfo
        {
            FileName = program,
            WorkingDirectory = folder,
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        account?.Apply(start, program);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // The caller's own servers must not be meant by accident.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new OperationException(LabErrors.ServerStartFailed, $"{program} cannot be started: {error.Message}", program, error);
        }
    }
}
