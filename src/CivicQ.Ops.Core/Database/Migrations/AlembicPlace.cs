namespace CivicQ.Ops.Core.Database.Migrations;

/// <summary>Where the application's Alembic project is and Alembic runs: on this machine, or where the application lives.</summary>
public abstract class AlembicPlace : IAsyncDisposable
{
    internal AlembicPlace()
    {
    }

    /// <summary>The pod or container; <see langword="null"/> for this machine.</summary>
    public abstract string? Instance { get; }

    /// <summary>Whether Alembic's process gets the database's address from here. Elsewhere it has its own, for a command line keeps no secret.</summary>
    internal bool TakesAddress => Instance is null;

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>Reads the project's settings and the revisions' files.</summary>
    /// <exception cref="Errors.OperationException"><c>MigrationProjectNotFound</c>, <c>MigrationScriptsInvalid</c>.</exception>
    internal abstract Task<AlembicProject> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Kills what may be left of a run that was cancelled. On this machine its end is the process's.</summary>
    /// <param name="name">The run's own name, which every process of it has in its environment or command line.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="Errors.OperationException">It could not be done.</exception>
    internal virtual Task KillAsync(string name, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs Alembic to its end, in the project's folder and without a shell.</summary>
    /// <param name="project">The project.</param>
    /// <param name="arguments">The command and its arguments; never a secret.</param>
    /// <param name="variables">Further variables of the process; a secret only where <see cref="TakesAddress"/>.</param>
    /// <param name="line">Told of every line as it comes: its text, and whether it was an error stream's. From other threads.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Its exit code.</returns>
    /// <exception cref="Errors.OperationException"><c>MigrationProgramNotInstalled</c>.</exception>
    internal abstract Task<int> RunAsync(
        AlembicProject project, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> variables, Action<string, bool> line, CancellationToken cancellationToken);
}
