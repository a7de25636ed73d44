using CivicQ.Ops.Core.Errors;
using Npgsql;

namespace CivicQ.Ops.Core.Database;

/// <summary>A session that holds a lock or a snapshot for hours, and has nothing to do meanwhile.</summary>
internal static class LastingSession
{
    private const string Unhurried = """
        SELECT set_config(name, '0', false) FROM (VALUES ('idle_session_timeout'), ('idle_in_transaction_session_timeout'), ('transaction_timeout')) AS wanted (name)
        WHERE current_setting(name, true) IS NOT NULL
        """;

    /// <summary>Lifts the time-outs that would end a session which waits.</summary>
    public static Task LiftTimeoutsAsync(NpgsqlConnection connection, TimeSpan timeout, CancellationToken cancellationToken) =>
        DatabaseReader.OneAsync(connection, timeout, Unhurried, [], reader => reader.GetString(0), cancellationToken);

    /// <summary>Sees to it that it is still there, and with it what it holds.</summary>
    /// <exception cref="OperationException">One of <see cref="DatabaseErrors"/>: it is gone, and another run may have begun.</exception>
    public static Task EnsureAliveAsync(NpgsqlConnection connection, TimeSpan timeout, CancellationToken cancellationToken) =>
        DatabaseReader.OneAsync(connection, timeout, "SELECT 1", [], reader => reader.GetInt32(0), cancellationToken);
}
