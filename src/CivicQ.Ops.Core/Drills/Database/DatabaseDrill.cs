using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Database.Sessions;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Lab;
using Npgsql;

namespace CivicQ.Ops.Core.Drills.Database;

/// <summary>What drills of the lab's PostgreSQL have in common.</summary>
public abstract class DatabaseDrill : IDrill
{
    /// <inheritdoc/>
    public abstract DrillDescription Description { get; }

    /// <inheritdoc/>
    public abstract Task InjectAsync(DrillContext context, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract Task<DrillSighting> LookAsync(DrillContext context, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public virtual Task ClearAsync(DrillContext context, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs constant statements as the lab's superuser, one after the other.</summary>
    private protected static async Task RunAsync(DrillContext context, CancellationToken cancellationToken, params string[] statements)
    {
        var connection = await DatabaseConnector.OpenAsync(context.Environment, cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        foreach (var statement in statements)
        {
            await RunAsync(connection, statement, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Runs a constant statement that takes away what the drill made. One whose lock others have gives up after a while, so that nobody queues behind it.</summary>
    private protected static Task UndoAsync(DrillContext context, string statement, CancellationToken cancellationToken) =>
        RunAsync(context, cancellationToken, "SET lock_timeout = '20s'", statement);

    /// <summary>Runs a constant statement over a connection.</summary>
    private protected static async Task RunAsync(NpgsqlConnection connection, string statement, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 0 };
        await using var closing = command.ConfigureAwait(false);
        try
        {
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (NpgsqlException error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw DatabaseReader.Translate(error, connection);
        }
    }

    /// <summary>Asks a constant question with a value for an answer.</summary>
    private protected static async Task<T?> AskAsync<T>(NpgsqlConnection connection, string question, CancellationToken cancellationToken)
        where T : struct
    {
        var command = new NpgsqlCommand(question, connection) { CommandTimeout = 0 };
        await using var closing = command.ConfigureAwait(false);
        try
        {
            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is T value ? value : null;
        }
        catch (NpgsqlException error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw DatabaseReader.Translate(error, connection);
        }
    }

    /// <summary>Has a process of its own hold sessions of the application's role.</summary>
    private protected static Task HoldAsync(DrillContext context, CancellationToken cancellationToken, params LabHeldSession[] sessions) =>
        LabHolder.StartAsync(context.State, context.Folder, sessions, context.Timeout, cancellationToken);

    /// <summary>The connection of a session that is to be held on the lab's database.</summary>
    private protected static string Connection(DrillContext context, string application) =>
        LabHolder.Connection(context.Store, context.Environment.Environment.Database!.Port, application);

    /// <summary>The sessions of an application, as Get-CivicQDatabaseSession lists them.</summary>
    private protected static async Task<IReadOnlyList<DatabaseSession>> SessionsAsync(
        EnvironmentContext environment, string application, CancellationToken cancellationToken, params DatabaseSessionState[] states)
    {
        var found = new List<DatabaseSession>();
        var filter = new SessionFilter { Applications = [application], States = states };
        await foreach (var session in SessionReader.ReadAsync(environment, filter, cancellationToken).ConfigureAwait(false))
        {
            found.Add(session);
        }

        return found;
    }

    /// <summary>The first of a reader's rows, or <see langword="null"/>.</summary>
    private protected static async Task<T?> FirstAsync<T>(IAsyncEnumerable<T> rows, Func<T, bool> fits, CancellationToken cancellationToken)
        where T : class
    {
        await foreach (var row in rows.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (fits(row))
            {
                return row;
            }
        }

        return null;
    }

    /// <summary>The error of a step that took longer than the drill's time.</summary>
    private protected static OperationException Late(DrillContext context, string what) =>
        new(DrillErrors.NotVisible, $"{what} took longer than {context.Timeout.TotalSeconds:0} s.", LabEnvironment.Name);
}
