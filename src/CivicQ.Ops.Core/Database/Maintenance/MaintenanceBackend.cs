using Npgsql;

namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>A session of our own, by its number. When its connection broke, the server may go on with its statement: then it is ended from another one.</summary>
/// <param name="ProcessId">The server's process.</param>
/// <param name="Start">When it started: the number may be another session's later.</param>
internal sealed record MaintenanceBackend(int ProcessId, DateTimeOffset Start)
{
    private const string End =
        "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE pid = $1 AND backend_start = $2";

    /// <summary>Ends the session, and waits until it is gone.</summary>
    /// <param name="connection">Another connection to the same server.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task EndAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        while (true)
        {
            await using var command = new NpgsqlCommand(End, connection) { Parameters = { new() { Value = ProcessId }, new() { Value = Start.UtcDateTime } } };
            if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is null)
            {
                return;
            }

            await Task.Delay(50, cancellationToken).ConfigureAwait(false);
        }
    }
}
