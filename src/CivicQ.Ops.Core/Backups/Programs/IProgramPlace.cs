using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Backups.Programs;

/// <summary>Where PostgreSQL's client programs are run: on this machine, or in an instance of a service.</summary>
internal interface IProgramPlace : IAsyncDisposable
{
    /// <summary>Finds a program that works with a server of a version.</summary>
    /// <param name="name">The program's name.</param>
    /// <param name="serverMajor">The server's major version; the program's must be this or higher, and this is preferred.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="OperationException"><see cref="BackupErrors.ProgramNotInstalled"/>, <see cref="BackupErrors.ProgramTooOld"/>.</exception>
    Task<PostgresProgram> FindAsync(string name, int serverMajor, CancellationToken cancellationToken);

    /// <summary>How the program is to connect: arguments without a secret.</summary>
    /// <param name="database">The database; without one for programs that take none.</param>
    IReadOnlyList<string> ConnectionArguments(string? database);

    /// <summary>Runs a program; its whole process tree is ended when it is cancelled.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments; never a secret.</param>
    /// <param name="input">What it reads; may be <see langword="null"/>.</param>
    /// <param name="output">Gets its standard output as it comes.</param>
    /// <param name="line">Told of every line of its standard error, from other threads.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Its exit code.</returns>
    Task<int> RunAsync(
        PostgresProgram program, IReadOnlyList<string> arguments, Stream? input, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> output,
        Action<string> line, CancellationToken cancellationToken);
}
