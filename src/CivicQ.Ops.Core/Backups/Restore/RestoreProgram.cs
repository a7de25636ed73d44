using System.Globalization;
using CivicQ.Ops.Core.Backups.Programs;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Backups.Restore;

/// <summary><c>pg_restore</c>, which ends with the first error.</summary>
/// <param name="place">Where it runs.</param>
/// <param name="program">Which one.</param>
/// <param name="serverMajor">The server's major version.</param>
/// <param name="reporter">Takes what it says.</param>
internal sealed class RestoreProgram(IProgramPlace place, PostgresProgram program, int serverMajor, IOperationReporter reporter)
{
    /// <summary>Whether it says by a line that a table has its rows (or, with one job, that it is about to get them).</summary>
    /// <param name="line">The line.</param>
    /// <param name="jobs">With how many jobs it runs.</param>
    public static bool IsTableDone(string line, int jobs) => jobs > 1
        ? line.Contains(": finished item", StringComparison.Ordinal) && line.Contains(" TABLE DATA ", StringComparison.Ordinal)
        : line.Contains(": processing data for table", StringComparison.Ordinal);

    /// <summary>Fills a database.</summary>
    /// <param name="backup">The backup's name, for messages.</param>
    /// <param name="database">The database.</param>
    /// <param name="arguments">Its arguments, beyond those that say where the database is.</param>
    /// <param name="input">The archive, where it comes as a stream.</param>
    /// <param name="told">Told of each line; may be <see langword="null"/>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationException"><see cref="BackupErrors.RestoreFailed"/>.</exception>
    public async Task RunAsync(string backup, string database, IReadOnlyList<string> arguments, Stream? input, Action<string>? told, CancellationToken cancellationToken)
    {
        var words = new ProgramWords(program.Name, reporter, told);
        List<string> all = [.. place.ConnectionArguments(database), "--verbose", .. arguments];
        int code;
        if (UnknownSetting.Concerns(program.Major, serverMajor))
        {
            using var unknown = new UnknownSetting(words, reporter, cancellationToken);
            code = await unknown.RunAsync((line, token) => place.RunAsync(program, all, input, (_, _) => default, line, token), cancellationToken).ConfigureAwait(false);
        }
        else
        {
            code = await place.RunAsync(program, ["--exit-on-error", .. all], input, (_, _) => default, words.Add, cancellationToken).ConfigureAwait(false);
        }

        if (code != 0)
        {
            throw new OperationException(BackupErrors.RestoreFailed, string.Create(CultureInfo.InvariantCulture, $"{program.Name} of {backup} ended with code {code}: {words}"), backup);
        }
    }
}
