using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using Npgsql;
using NpgsqlTypes;

namespace CivicQ.Ops.Core.Database;

/// <summary>Runs one statement in one round trip, and gives its rows as they arrive.</summary>
public static class DatabaseReader
{
    /// <summary>Runs a statement whose parameters are <c>$1</c>, <c>$2</c> ….</summary>
    /// <typeparam name="T">What a row becomes.</typeparam>
    /// <param name="connection">The open connection.</param>
    /// <param name="timeout">How long it may take; <see langword="null"/> for ever.</param>
    /// <param name="sql">The statement: a constant, no value is part of it.</param>
    /// <param name="parameters">The values.</param>
    /// <param name="row">Reads a row.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    /// <returns>The rows.</returns>
    /// <exception cref="OperationException">One of <see cref="DatabaseErrors"/>, or <c>OperationTimedOut</c>.</exception>
    public static async IAsyncEnumerable<T> ReadAsync<T>(
        NpgsqlConnection connection, TimeSpan? timeout, string sql, IEnumerable<NpgsqlParameter> parameters, Func<NpgsqlDataReader, T> row,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = timeout is { } time ? Math.Max(1, (int)Math.Ceiling(time.TotalSeconds)) : 0 };
        await using var closingCommand = command.ConfigureAwait(false);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        var reader = await GuardAsync(connection, () => command.ExecuteReaderAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        var ended = false;
        try
        {
            while (await GuardAsync(connection, () => reader.ReadAsync(cancellationToken), cancellationToken).ConfigureAwait(false))
            {
                yield return Row(connection, reader, row);
            }

            ended = true;
        }
        finally
        {
            if (!ended)
            {
                // Closing alone would read the rest to its end.
                command.Cancel();
            }

            await CloseAsync(reader).ConfigureAwait(false);
        }
    }

    /// <summary>Asks a question of one row, or of none. It is read to its end: a statement that is left half-way has to be cancelled.</summary>
    internal static async Task<T?> OneAsync<T>(
        NpgsqlConnection connection, TimeSpan? timeout, string sql, IEnumerable<NpgsqlParameter> parameters, Func<NpgsqlDataReader, T> row, CancellationToken cancellationToken)
    {
        var result = default(T);
        await foreach (var item in ReadAsync(connection, timeout, sql, parameters, row, cancellationToken).ConfigureAwait(false))
        {
            result = item;
        }

        return result;
    }

    /// <summary>Connects, runs a statement, and disconnects.</summary>
    /// <typeparam name="T">What a row becomes.</typeparam>
    /// <param name="context">The environment, whose time-out counts.</param>
    /// <param name="database">Another database of its server, or <see langword="null"/>.</param>
    /// <param name="sql">Gives the statement for the server's version.</param>
    /// <param name="parameters">The values.</param>
    /// <param name="row">Reads a row.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    /// <returns>The rows.</returns>
    /// <exception cref="OperationException">As <see cref="ReadAsync{T}(NpgsqlConnection, TimeSpan?, string, IEnumerable{NpgsqlParameter}, Func{NpgsqlDataReader, T}, CancellationToken)"/>, and those of connecting.</exception>
    public static async IAsyncEnumerable<T> ReadAsync<T>(
        EnvironmentContext context, string? database, Func<Version, string> sql, IReadOnlyList<NpgsqlParameter> parameters, Func<NpgsqlDataReader, T> row,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var connection = await DatabaseConnector.OpenAsync(context, database, cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        var rows = ReadAsync(connection, context.Timeout, sql(connection.PostgreSqlVersion), parameters, row, cancellationToken);
        await foreach (var item in rows.ConfigureAwait(false))
        {
            yield return item;
        }
    }

    /// <summary>A parameter of texts; <see langword="null"/> stays null.</summary>
    /// <param name="values">The texts.</param>
    /// <returns>The parameter.</returns>
    public static NpgsqlParameter Texts(string[]? values) => Typed(values, NpgsqlDbType.Array | NpgsqlDbType.Text);

    /// <summary>A parameter of a known type; <see langword="null"/> stays null.</summary>
    /// <param name="value">The value.</param>
    /// <param name="type">The type.</param>
    /// <returns>The parameter.</returns>
    public static NpgsqlParameter Typed(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };

    /// <summary>Turns what a statement threw into an error of the catalogue.</summary>
    /// <param name="error">The exception.</param>
    /// <param name="connection">The connection it was run on.</param>
    /// <returns>The exception to throw.</returns>
    public static OperationException Translate(Exception error, NpgsqlConnection connection)
    {
        var target = TargetOf(connection);
        return error.InnerException is TimeoutException && error is not PostgresException
            ? new OperationException(GeneralErrors.TimedOut, $"{target}: the statement did not end in time, and was cancelled.", target, error)
            : DatabaseConnector.Translate(error, target);
    }

    /// <summary>The server and database of a connection, for messages.</summary>
    /// <param name="connection">The connection.</param>
    /// <returns><c>host:port/database</c>.</returns>
    public static string TargetOf(NpgsqlConnection connection)
    {
        // One that broke has forgotten where it was; its string has not.
        var address = connection.Host is null ? new NpgsqlConnectionStringBuilder(connection.ConnectionString) : null;
        return string.Create(CultureInfo.InvariantCulture, $"{address?.Host ?? connection.Host}:{address?.Port ?? connection.Port}/{connection.Database}");
    }

    /// <summary>A column as text, or <see langword="null"/>.</summary>
    /// <remarks>
    /// The server shows statements and names of its other databases in whatever encoding they have there: what cannot be read is replaced, for one such session
    /// must not hide all others.
    /// </remarks>
    internal static string? Text(this NpgsqlDataReader reader, int column)
    {
        if (reader.IsDBNull(column))
        {
            return null;
        }

        try
        {
            return reader.GetString(column);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(column));
        }
    }

    /// <summary>A column of a value type, or <see langword="null"/>.</summary>
    internal static T? Value<T>(this NpgsqlDataReader reader, int column)
        where T : struct => reader.IsDBNull(column) ? null : reader.GetFieldValue<T>(column);

    /// <summary>A time that has passed. What happened after the statement began, and before it looked, happened just now.</summary>
    internal static TimeSpan? Elapsed(this NpgsqlDataReader reader, int column) =>
        reader.Value<TimeSpan>(column) is { } time ? time < TimeSpan.Zero ? TimeSpan.Zero : time : null;

    /// <summary>Closes a reader whose statement may have been cancelled.</summary>
    internal static async Task CloseAsync(NpgsqlDataReader reader)
    {
        try
        {
            await reader.DisposeAsync().ConfigureAwait(false);
        }
        catch (NpgsqlException)
        {
            // The cancellation, or a connection that is gone: whoever reads has been told, or does not want to know any more.
        }
    }

    private static T Row<T>(NpgsqlConnection connection, NpgsqlDataReader reader, Func<NpgsqlDataReader, T> row)
    {
        try
        {
            return row(reader);
        }
        catch (DecoderFallbackException error)
        {
            var target = TargetOf(connection);
            throw new OperationException(DatabaseErrors.QueryFailed, $"{target}: a row has text that is not of the database's encoding: {error.Message}", target, error);
        }
    }

    private static async Task<T> GuardAsync<T>(NpgsqlConnection connection, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (NpgsqlException error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Translate(error, connection);
        }
    }
}
