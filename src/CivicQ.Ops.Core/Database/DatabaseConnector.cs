using System.Net.Sockets;
using System.Security.Authentication;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Network;
using Npgsql;

namespace CivicQ.Ops.Core.Database;

/// <summary>Opens connections to an environment's PostgreSQL. They are not pooled: an operator's tool leaves no idle sessions behind.</summary>
public static class DatabaseConnector
{
    /// <summary>The application name that every connection shows in pg_stat_activity.</summary>
    public const string ApplicationName = "CivicQ.Ops";

    /// <summary>The application name of sessions that only keep something for a backup.</summary>
    internal const string BackupName = ApplicationName + " backup";

    // Whoever has not logged in by then will not. It also bounds what Ctrl+C leaves behind: Npgsql does not heed its token while it waits
    // for a silent server.
    private static readonly TimeSpan LongestLogIn = TimeSpan.FromSeconds(30);

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
        return await OpenAsync(settings, context.Timeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens a connection with settings that are the caller's own in all but the time that a log-in may take.</summary>
    /// <param name="settings">Where and how; its time-out is set.</param>
    /// <param name="timeout">How long to wait, half a minute at most.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The open connection; the caller disposes of it.</returns>
    /// <exception cref="OperationException">One of <see cref="DatabaseErrors"/>, or <see cref="GeneralErrors.TimedOut"/>.</exception>
    internal static async Task<NpgsqlConnection> OpenAsync(NpgsqlConnectionStringBuilder settings, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var limit = timeout < LongestLogIn ? timeout : LongestLogIn;
        settings.TcpKeepAlive = true;
        // Ours comes first, for it knows what it waited for.
        settings.Timeout = (int)Math.Ceiling(limit.TotalSeconds) + 1;
        var target = Target(settings);
        using var deadline = new Deadline(limit, cancellationToken);
        var connection = new NpgsqlConnection(settings.ConnectionString);
        var opening = Task.CompletedTask;
        try
        {
            opening = connection.OpenAsync(deadline.Token);
            await opening.WaitAsync(deadline.Token).ConfigureAwait(false);
            return connection;
        }
        catch (Exception error)
        {
            // A connection to a silent server goes with Npgsql's time-out; nobody waits for it.
            _ = opening.ContinueWith(
                ended =>
                {
                    _ = ended.Exception;
                    connection.Dispose();
                },
                CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            // Npgsql wraps a cancellation in the middle of TLS as a failure of TLS.
            cancellationToken.ThrowIfCancellationRequested();
            throw deadline.Passed
                ? new OperationException(GeneralErrors.TimedOut, FormattableString.Invariant($"{target}: no answer within {limit.TotalSeconds:0.###} s."), target, error)
                : Translate(error, target);
        }
    }

    /// <summary>Where an environment's database is, for messages: <c>host:port/name</c>.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="cancellationToken">Ends the look-up of secrets.</param>
    /// <returns>The text, without user and password.</returns>
    /// <exception cref="OperationException">A secret cannot be read, or the address is none.</exception>
    internal static async Task<string?> TargetAsync(EnvironmentContext context, CancellationToken cancellationToken) =>
        Target(await DatabaseAddress.FirstAsync(context, cancellationToken).ConfigureAwait(false));

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

    private static string Target(NpgsqlConnectionStringBuilder settings) => $"{settings.Host}:{settings.Port}/{settings.Database}";
}
