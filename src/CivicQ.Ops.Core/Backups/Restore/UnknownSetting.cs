using System.Text.RegularExpressions;
using CivicQ.Ops.Core.Backups.Programs;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Backups.Restore;

/// <summary>
/// <c>pg_restore</c> from 17 on sets <c>transaction_timeout</c> whatever the server is, and one before 17 does not know it. It is that one statement alone
/// whose failure is passed over; after any other nothing further is restored. What cannot be told apart fails the restore.
/// </summary>
internal sealed partial class UnknownSetting : IDisposable
{
    private const string Program = "pg_restore:";
    private const string Statement = "Command was: ";
    private const string Setting = "SET transaction_timeout = 0;";
    private const int Since = 17;
    private readonly CancellationTokenSource stop;
    private readonly ProgramWords words;
    private readonly IOperationReporter reporter;
    private readonly object gate = new();
    private int errors;
    private int statements;
    private bool serious;

    /// <summary>Begins to listen.</summary>
    /// <param name="words">Takes all lines but those that are passed over.</param>
    /// <param name="reporter">Takes these too.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    public UnknownSetting(ProgramWords words, IOperationReporter reporter, CancellationToken cancellationToken) =>
        (this.words, this.reporter, stop) = (words, reporter, CancellationTokenSource.CreateLinkedTokenSource(cancellationToken));

    /// <summary>Whether a program does this to a server.</summary>
    /// <param name="program">The program's major version.</param>
    /// <param name="server">The server's.</param>
    public static bool Concerns(int program, int server) => program >= Since && server < Since;

    /// <summary>Runs the program, without <c>--exit-on-error</c>.</summary>
    /// <param name="run">Runs it, with where its lines go.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Its exit code; 0 where that error was the only one.</returns>
    public async Task<int> RunAsync(Func<Action<string>, CancellationToken, Task<int>> run, CancellationToken cancellationToken)
    {
        try
        {
            var code = await run(Add, stop.Token).ConfigureAwait(false);
            return code == 1 && !serious && errors > 0 && errors == statements ? 0 : code;
        }
        catch (OperationCanceledException) when (serious && !cancellationToken.IsCancellationRequested)
        {
            return 1;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stop.Dispose();

    private void Add(string line)
    {
        lock (gate)
        {
            if (IsError().IsMatch(line))
            {
                // Which statement it was comes after it, and with several jobs after other jobs' lines.
                errors++;
                reporter.Verbose(line);
                return;
            }

            if (line.StartsWith(Statement, StringComparison.Ordinal) && !serious)
            {
                if (line[Statement.Length..].TrimEnd() == Setting)
                {
                    statements++;
                    reporter.Verbose(line);
                    return;
                }

                serious = true;
            }

            // What belongs to an error comes without the program's name.
            if (serious && line.StartsWith(Program, StringComparison.Ordinal))
            {
                stop.Cancel();
            }

            serious |= line.StartsWith("pg_restore: error:", StringComparison.Ordinal);
        }

        words.Add(line);
    }

    // The server's words are of its own language; the name stays.
    [GeneratedRegex(@"^pg_restore: error: could not execute query: .*(?<![\w$])transaction_timeout(?![\w$])", RegexOptions.CultureInvariant)]
    private static partial Regex IsError();
}
