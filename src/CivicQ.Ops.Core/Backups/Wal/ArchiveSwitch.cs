using System.Diagnostics;
using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using Npgsql;

namespace CivicQ.Ops.Core.Backups.Wal;

/// <summary>Has a live server archive what it has not archived yet, so that a recovery reaches up to now.</summary>
internal static class ArchiveSwitch
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    private const string State = """
        SELECT last_archived_wal, failed_count, coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false), last_failed_wal
        FROM pg_catalog.pg_stat_archiver
        """;

    /// <summary>What is known of the live server.</summary>
    /// <param name="SystemIdentifier">Its identifier, where the role may know it.</param>
    /// <param name="SegmentBytes">The size of its WAL's segments.</param>
    /// <param name="Archived">The segment that was switched away from and is archived now; <see langword="null"/> where that could not be done.</param>
    /// <param name="Reason">Why it could not.</param>
    internal sealed record Result(string? SystemIdentifier, long SegmentBytes, string? Archived, string? Reason);

    /// <summary>Does it.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="timeout">How long the archive may take; <see langword="null"/> only to look at the server.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What came of it; <see langword="null"/> where the server is not to be reached.</returns>
    /// <exception cref="OperationException"><see cref="RecoveryErrors.ArchiveFails"/>.</exception>
    public static async Task<Result?> RunAsync(EnvironmentContext context, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        NpgsqlConnection connection;
        try
        {
            connection = await DatabaseConnector.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException error)
        {
            context.Reporter.Verbose($"{context.Name}: the server is not to be reached, so only what is archived already can be recovered: {error.Message}");
            return null;
        }

        await using var closing = connection.ConfigureAwait(false);
        var (identifier, size, replica, mode) = await DatabaseReader.OneAsync(
            connection, context.Timeout,
            """
            SELECT CASE WHEN has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE') THEN (SELECT system_identifier::text FROM pg_catalog.pg_control_system()) END,
                   pg_size_bytes(current_setting('wal_segment_size')), pg_catalog.pg_is_in_recovery(), current_setting('archive_mode')
            """, [],
            reader => (reader.IsDBNull(0) ? null : reader.GetString(0), reader.GetInt64(1), reader.GetBoolean(2), reader.GetString(3)), cancellationToken).ConfigureAwait(false);
        if (timeout is not { } patience || replica || mode == "off")
        {
            return new Result(identifier, size, null, replica ? "it is a replica" : "archive_mode is off");
        }

        string segment;
        try
        {
            // A recovery to a time ends before the first later commit: without any it would not know that it has arrived.
            await DatabaseReader.OneAsync(connection, context.Timeout, "SELECT 1 FROM (SELECT set_config('transaction_read_only', 'off', true)) s WHERE txid_current() > 0", [], _ => 0, cancellationToken).ConfigureAwait(false);
            segment = (await DatabaseReader.OneAsync(connection, context.Timeout, "SELECT pg_catalog.pg_walfile_name(pg_catalog.pg_switch_wal())", [], reader => reader.GetString(0), cancellationToken).ConfigureAwait(false))!;
        }
        catch (OperationException error) when (error.Definition == DatabaseErrors.PermissionDenied)
        {
            return new Result(identifier, size, null, "the role may not call pg_switch_wal");
        }

        var clock = Stopwatch.StartNew();
        while (true)
        {
            var (last, failed, failedLast, failedWal) = await DatabaseReader.OneAsync(
                connection, context.Timeout, State, [],
                reader => (reader.IsDBNull(0) ? null : reader.GetString(0), reader.GetInt64(1), reader.GetBoolean(2), reader.IsDBNull(3) ? null : reader.GetString(3)), cancellationToken).ConfigureAwait(false);
            if (last is not null && last.Length >= segment.Length && string.CompareOrdinal(last[..segment.Length], segment) >= 0)
            {
                return new Result(identifier, size, segment, null);
            }

            if (clock.Elapsed > patience)
            {
                // A time that the archive reaches already needs no more.
                return new Result(identifier, size, null, FormattableString.Invariant($"{segment} was not archived within {patience.TotalSeconds:0} s{(failedLast ? $", archiving {failedWal} has failed {failed} times" : "")}"));
            }

            await Task.Delay(Between, cancellationToken).ConfigureAwait(false);
        }
    }
}
