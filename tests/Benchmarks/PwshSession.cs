using System.Diagnostics;
using System.Globalization;

namespace CivicQ.Benchmarks;

/// <summary>A PowerShell that stays open, as an operator's does: what a command costs once the session is warm.</summary>
internal sealed class PwshSession : IDisposable
{
    private const string Mark = "@@@";
    private readonly Process process;

    public PwshSession(string setUp)
    {
        var start = new ProcessStartInfo("pwsh") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in new[] { "-NoProfile", "-NonInteractive", "-Command", "-" })
        {
            start.ArgumentList.Add(argument);
        }

        process = Process.Start(start)!;
        Send($"$ErrorActionPreference = 'Stop'; {setUp}");
    }

    /// <summary>Runs a line and gives how long it took, in milliseconds, by the session's own clock.</summary>
    public Task<double> MeasureAsync(string line) => NumberAsync(
        $"$clock = [Diagnostics.Stopwatch]::StartNew(); $null = $({line}); '{Mark}' + $clock.Elapsed.TotalMilliseconds.ToString([cultureinfo]::InvariantCulture)");

    /// <summary>Runs a line that gives one number.</summary>
    public Task<double> EvaluateAsync(string line) => NumberAsync($"'{Mark}' + ([double]({line})).ToString([cultureinfo]::InvariantCulture)");

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(10_000))
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }

    private void Send(string line) => process.StandardInput.WriteLine(line);

    private async Task<double> NumberAsync(string line)
    {
        // A line that fails, or that PowerShell cannot read at all, ends the benchmark instead of leaving it waiting.
        Send($"try {{ Invoke-Expression '{line.Replace("'", "''", StringComparison.Ordinal)}' }} catch {{ '{Mark}!' + ($_ -replace '\\s+', ' ') }}");
        while (await process.StandardOutput.ReadLineAsync().ConfigureAwait(false) is { } answer)
        {
            if (answer.StartsWith(Mark + "!", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"{answer[(Mark.Length + 1)..]} ({line})");
            }

            if (answer.StartsWith(Mark, StringComparison.Ordinal))
            {
                return double.Parse(answer[Mark.Length..], CultureInfo.InvariantCulture);
            }
        }

        throw new InvalidOperationException("PowerShell ended while it ran: " + line);
    }
}
