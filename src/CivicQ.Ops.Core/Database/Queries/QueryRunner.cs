using System.Data;
using System.Runtime.CompilerServices;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using Npgsql;

namespace CivicQ.Ops.Core.Database.Queries;

/// <summary>Runs an operator's statements and gives their rows one by one, however many there are.</summary>
public static class QueryRunner
{
    // Texts in the forms that TextValue reads, whatever the role or the database is set to.
    private const string Forms = "SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; SET timezone = 'UTC'; SET bytea_output = 'hex'";

    // The default too: a COMMIT among the statements must not open the way to write.
    private const string ReadOnly = Forms + "; SET default_transaction_read_only = on; BEGIN TRANSACTION READ ONLY";

    /// <summary>Runs the statements.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="request">What to run.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    /// <returns>The rows of all results, as they arrive. Leaving early cancels what is still running, unless it may write.</returns>
    /// <exception cref="OperationException">One of <see cref="DatabaseErrors"/>, or <c>OperationTimedOut</c>.</exception>
    public static async IAsyncEnumerable<QueryRow> RunAsync(
        EnvironmentContext context, QueryRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var parameters = QueryParameters.Of(request.Parameters).ToList();
        var connection = await DatabaseConnector.OpenAsync(context, request.Database, cancellationToken).ConfigureAwait(false);
        await using var closingConnection = connection.ConfigureAwait(false);
        connection.Notice += (_, notice) => Tell(context, notice.Notice);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(request.Timeout ?? Timeout.InfiniteTimeSpan);
        var guard = new QueryGuard(connection, deadline.Token, cancellationToken);

        var settings = new NpgsqlCommand(request.AllowWrite ? Forms : ReadOnly, connection) { CommandTimeout = 0 };
        await using var closingSettings = settings.ConfigureAwait(false);
        await guard.RunAsync(token => settings.ExecuteNonQueryAsync(token)).ConfigureAwait(false);

        var command = new NpgsqlCommand(request.Query, connection) { CommandTimeout = 0, AllResultTypesAreUnknown = true };
        await using var closingCommand = command.ConfigureAwait(false);
        command.Parameters.AddRange(parameters.ToArray());
        var reader = await guard.RunAsync(token => command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, token)).ConfigureAwait(false);
        var (ended, count) = (false, 0L);
        try
        {
            do
            {
                var columns = Columns(reader);
                while (await guard.RunAsync(token => reader.ReadAsync(token)).ConfigureAwait(false))
                {
                    if (count++ < (request.MaximumRows ?? long.MaxValue))
                    {
                        yield return columns.Row(reader);
                    }
                    else if (count == request.MaximumRows + 1)
                    {
                        context.Reporter.Warning($"{context.Name}: there are more than {request.MaximumRows} rows; the others are left out (-MaximumRows).");
                        if (!request.AllowWrite)
                        {
                            yield break;
                        }
                    }
                }
            }
            while (await guard.RunAsync(token => reader.NextResultAsync(token)).ConfigureAwait(false));
            ended = true;
            if (reader.RecordsAffected >= 0)
            {
                context.Reporter.Verbose($"{context.Name}: {reader.RecordsAffected} rows were changed.");
            }
        }
        finally
        {
            if (!ended)
            {
                // Closing alone would read the rest to its end.
                command.Cancel();
            }

            await DatabaseReader.CloseAsync(reader).ConfigureAwait(false);
        }
    }

    private static QueryResult Columns(NpgsqlDataReader reader)
    {
        var count = reader.FieldCount;
        return new QueryResult(
            QueryColumns.Unique([.. Enumerable.Range(0, count).Select(reader.GetName)]),
            [.. Enumerable.Range(0, count).Select(column => TextValue.For(reader.GetDataTypeOID(column)))]);
    }

    private static void Tell(EnvironmentContext context, PostgresNotice notice)
    {
        var text = $"{context.Name}: {notice.MessageText}";
        if (notice.InvariantSeverity == "WARNING")
        {
            context.Reporter.Warning(text);
        }
        else
        {
            context.Reporter.Verbose(text);
        }
    }
}
