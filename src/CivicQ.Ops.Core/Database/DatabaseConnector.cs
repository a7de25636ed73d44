using System.Net.Sockets;
using System.Security.Authentication;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using Npgsql;

namespace CivicQ.Ops.Core.Database;

/// <summary>Opens connections to an environment's PostgreSQL. They are not pooled: an operator's tool leaves no idle sessions behind.</summary>
public static class DatabaseConnector
{
    /// <summary>The application name that every connection shows in pg_stat_activity.</summary>
    public const string ApplicationName = "CivicQ.Ops";

    /// <summary>Opens a connection.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The open connection; the caller disposes of it.</returns>
    /// <exception cref="OperationException">One of <see cref="DatabaseErrors"/>, or a secret that cannot be read.</exception>
    public static Task<NpgsqlConnection> OpenAsync(EnvironmentContext context, CancellationToken cancellationToken) =>
        OpenAsync(context, database: null, cancellationToken);

    /// <summary>Opens a connection to a database of the environment's server.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="database">The database; the environment's own where this is <see langword="null"/>.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The open connection; the caller disposes of it.</returns>
    /// <exception cref="OperationException">One of <see cref="DatabaseErrors"/>, or a secret that cannot be read.</exception>
    public static async Task<NpgsqlConnection> OpenAsync(EnvironmentContext context, string? database, CancellationToken cancellationToken)
    {
        var settings = await DatabaseAddress.ResolveAsync(context, cancellationToken).ConfigureAwait(false);
        settings.Database = database ?? settings.Database;
        settings.ApplicationName = ApplicationName;
        settings.Pooling = false;
        settings.Timeout = Math.Max(1, (int)Math.Ceiling(context.Timeout.TotalSeconds));
        var connection = new NpgsqlConnection(settings.ConnectionString);

        // Npgsql 10 does not look at the token while it waits for a silent server's first word: the attempt is left to its own time-out then.
        var opening = connection.OpenAsync(cancellationToken);
        try
        {
            await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch (OperationCanceledException)
        {
            _ = opening.ContinueWith(_ => connection.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw;
        }
        catch (Exception error)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw Translate(error, $"{settings.Host}:{settings.Port}/{settings.Database}");
        }
    }

    /// <summary>Turns what Npgsql throws into an error of the catalogue.</summary>
    /// <param name="error">The exception.</param>
    /// <param name="target">The server and database, for the message.</param>
    /// <returns>The exception to throw.</returns>
    public static OperationException Translate(Exception error, string target)
    {
        if (error is PostgresException server)
        {
            var definition = server.SqlState switch
            {
                PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => DatabaseErrors.AuthenticationFailed,
                PostgresErrorCodes.TooManyConnections => DatabaseErrors.TooManyConnections,
                PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown => DatabaseErrors.NotAccepting,
                PostgresErrorCodes.InvalidCatalogName => DatabaseErrors.NoSuchDatabase,
                PostgresErrorCodes.InsufficientPrivilege => DatabaseErrors.PermissionDenied,
                _ => DatabaseErrors.QueryFailed,
            };
            return new OperationException(definition, $"{target}: {server.MessageText} (SQLSTATE {server.SqlState})", target, error);
        }

        var cause = error;
        while (cause.InnerException is { } inner)
        {
            cause = inner;
        }

        return cause switch
        {
            AuthenticationException => new OperationException(DatabaseErrors.CertificateRejected, $"{target}: {cause.Message}", target, error),
            SocketException socket => new OperationException(DatabaseErrors.Unreachable, $"{target}: {socket.Message}", target, error),
            _ => new OperationException(DatabaseErrors.Unreachable, $"{target}: {error.Message}", target, error),
        };
    }
}
