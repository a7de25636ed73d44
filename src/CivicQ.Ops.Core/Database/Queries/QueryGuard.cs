using CivicQ.Ops.Core.Errors;
using Npgsql;

namespace CivicQ.Ops.Core.Database.Queries;

/// <summary>Runs the steps of a statement, and turns what they throw into errors of the catalogue.</summary>
/// <param name="connection">The connection.</param>
/// <param name="deadline">Cancelled when the time is over, or by the operator.</param>
/// <param name="stop">Cancelled by the operator.</param>
internal sealed class QueryGuard(NpgsqlConnection connection, CancellationToken deadline, CancellationToken stop)
{
    private string Target => DatabaseReader.TargetOf(connection);

    /// <summary>Runs a step.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="step">The step.</param>
    /// <returns>Its result.</returns>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> step)
    {
        try
        {
            return await step(deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (!stop.IsCancellationRequested)
        {
            throw new OperationException(GeneralErrors.TimedOut, $"{Target}: the statement did not end in time, and was cancelled.", Target, error);
        }
        catch (PostgresException error)
        {
            stop.ThrowIfCancellationRequested();
            throw Translate(error);
        }
        catch (NpgsqlException error)
        {
            stop.ThrowIfCancellationRequested();
            throw DatabaseReader.Translate(error, connection);
        }
        catch (Exception error) when (error is NotSupportedException or InvalidOperationException or InvalidCastException or FormatException)
        {
            // COPY, and values that do not fit into their type.
            throw new OperationException(DatabaseErrors.StatementInvalid, $"{Target}: {error.Message}", Target, error);
        }
    }

    private OperationException Translate(PostgresException error)
    {
        var definition = error.SqlState switch
        {
            PostgresErrorCodes.ReadOnlySqlTransaction => DatabaseErrors.ReadOnly,
            // Class 42 without the privilege: syntax, names, types. 22: values that a type cannot take.
            PostgresErrorCodes.InsufficientPrivilege => DatabaseErrors.PermissionDenied,
            var state when state.StartsWith("42", StringComparison.Ordinal) || state.StartsWith("22", StringComparison.Ordinal) => DatabaseErrors.StatementInvalid,
            _ => null,
        };
        if (definition is null)
        {
            return DatabaseReader.Translate(error, connection);
        }

        var position = error.Position > 0 ? $", at character {error.Position} of the statement" : "";
        var hint = string.IsNullOrEmpty(error.Hint) ? "" : $" {error.Hint}";
        return new OperationException(definition, $"{Target}: {error.MessageText}{position} (SQLSTATE {error.SqlState}).{hint}", Target, error);
    }
}
