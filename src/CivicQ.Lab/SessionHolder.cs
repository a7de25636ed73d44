using Npgsql;

namespace CivicQ.Lab;

/// <summary>Holds sessions of the lab's PostgreSQL for a drill, as a badly behaved application does, until they have done their work or are ended.</summary>
internal static class SessionHolder
{
    /// <summary>Opens the sessions and holds them.</summary>
    /// <param name="settings">Which ones.</param>
    /// <returns>Completes when none is left.</returns>
    public static async Task RunAsync(HoldSettings settings)
    {
        var held = new List<Task>();
        foreach (var session in settings.Sessions)
        {
            for (var i = 0; i < session.Count; i++)
            {
                var connection = new NpgsqlConnection(session.Connection);
                await connection.OpenAsync().ConfigureAwait(false);
                foreach (var statement in session.Statements)
                {
                    await ExecuteAsync(connection, statement).ConfigureAwait(false);
                }

                held.Add(HoldAsync(connection, session));
            }
        }

        await File.WriteAllTextAsync(settings.Ready, "").ConfigureAwait(false);
        await Task.WhenAll(held).ConfigureAwait(false);
    }

    private static async Task HoldAsync(NpgsqlConnection connection, HeldSession session)
    {
        await using var closing = connection.ConfigureAwait(false);
        try
        {
            var cancelled = false;
            do
            {
                cancelled = await RunAsync(connection, session.Then).ConfigureAwait(false);
            }
            while (session.Repeat && !cancelled);

            // What has nothing to do, or was cancelled, stays as an idle connection does, and notices when the server ends it.
            while (!session.Repeat && (cancelled || session.Then.Length == 0))
            {
                await connection.WaitAsync().ConfigureAwait(false);
            }
        }
        catch (NpgsqlException)
        {
            // Ended by the operator, or the server is gone: what drills are for.
        }
    }

    // True where the operator cancelled a statement.
    private static async Task<bool> RunAsync(NpgsqlConnection connection, string[] statements)
    {
        try
        {
            foreach (var statement in statements)
            {
                await ExecuteAsync(connection, statement).ConfigureAwait(false);
            }

            return false;
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.QueryCanceled)
        {
            await ExecuteAsync(connection, "ROLLBACK").ConfigureAwait(false);
            return error.SqlState == PostgresErrorCodes.QueryCanceled;
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string statement)
    {
        await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }
}
