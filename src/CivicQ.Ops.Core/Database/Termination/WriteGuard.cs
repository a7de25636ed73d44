using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using Npgsql;

namespace CivicQ.Ops.Core.Database.Termination;

/// <summary>
/// Stops the writes of a database and lets them go on: <c>default_transaction_read_only</c> for new sessions, and the end of the sessions that began without.
/// A guard, not a wall: a session may switch the setting off for itself.
/// </summary>
public sealed class WriteGuard : IAsyncDisposable
{
    private const string State = """
        SELECT current_database()::text, pg_catalog.pg_is_in_recovery(), clock_timestamp(),
               (SELECT split_part(entry, '=', 2) FROM pg_catalog.pg_db_role_setting s, unnest(s.setconfig) AS entry
                WHERE s.setdatabase = d.oid AND s.setrole = 0 AND entry LIKE 'default\_transaction\_read\_only=%'),
               ARRAY(SELECT DISTINCT pg_catalog.pg_get_userbyid(s.setrole)::text FROM pg_catalog.pg_db_role_setting s, unnest(s.setconfig) AS entry
                     WHERE s.setdatabase IN (0, d.oid) AND s.setrole <> 0 AND entry LIKE 'default\_transaction\_read\_only=%' ORDER BY 1)
        FROM pg_catalog.pg_database d WHERE d.datname = current_database()
        """;

    // What they apply goes past the check for read-only transactions.
    private const string Appliers = """
        SELECT s.subname::text FROM pg_catalog.pg_stat_subscription s JOIN pg_catalog.pg_stat_activity a ON a.pid = s.pid WHERE a.datname = current_database() ORDER BY 1
        """;

    private readonly EnvironmentContext context;
    private readonly NpgsqlConnection connection;
    private readonly SessionStopper stopper;
    // Kept, for a connection that broke has forgotten where it was.
    private string address = "";

    private WriteGuard(EnvironmentContext context, NpgsqlConnection connection, SessionStopper stopper) =>
        (this.context, this.connection, this.stopper) = (context, connection, stopper);

    /// <summary>The database.</summary>
    public string Database { get; private set; } = "";

    /// <summary>True where new sessions begin read-only by the database's own setting.</summary>
    public bool IsSuspended => Former is "on";

    /// <summary>The sessions that would be ended, or would be left alone and why.</summary>
    public IReadOnlyList<SessionCandidate> Sessions { get; private set; } = [];

    private string? Former { get; set; }

    private string[] Overrides { get; set; } = [];

    private DateTimeOffset Now { get; set; }

    private WriteGuardRecord? Record { get; set; }

    /// <summary>Connects, and looks how things are.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="database">The database; the environment's own where this is <see langword="null"/>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The guard; the caller disposes of it.</returns>
    /// <exception cref="OperationException"><c>MaintenanceOnReplica</c>, or one of <see cref="DatabaseErrors"/>.</exception>
    public static async Task<WriteGuard> OpenAsync(EnvironmentContext context, string? database, CancellationToken cancellationToken)
    {
        var connection = await DatabaseConnector.OpenAsync(context, database, cancellationToken).ConfigureAwait(false);
        SessionStopper? stopper = null;
        try
        {
            stopper = await SessionStopper.OpenAsync(context, cancellationToken).ConfigureAwait(false);
            var guard = new WriteGuard(context, connection, stopper);
            await guard.LookAsync(cancellationToken).ConfigureAwait(false);
            return guard;
        }
        catch (Exception error)
        {
            if (stopper is not null)
            {
                await stopper.DisposeAsync().ConfigureAwait(false);
            }

            await connection.DisposeAsync().ConfigureAwait(false);
            if (error is NpgsqlException)
            {
                throw DatabaseReader.Translate(error, connection);
            }

            throw;
        }
    }

    /// <summary>Suspends writes. Where they are suspended already, only sessions that began before are ended.</summary>
    /// <param name="keepSessions">True to let the present sessions go on writing.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>How things are then.</returns>
    /// <exception cref="OperationException">One of <see cref="DatabaseErrors"/> or <see cref="MaintenanceErrors"/>.</exception>
    public async Task<DatabaseWriteState> SuspendAsync(bool keepSessions, CancellationToken cancellationToken)
    {
        var changed = !IsSuspended;
        if (changed)
        {
            // First the record, so that nothing is changed that could not be put back.
            Record = new WriteGuardRecord(address, Former, Now);
            Record.Write();
            try
            {
                await AlterAsync("SET default_transaction_read_only = on", cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                await ForgetAsync().ConfigureAwait(false);
                throw;
            }

            Record = Record with { Since = await ClockAsync(cancellationToken).ConfigureAwait(false) };
            Record.Write();
        }

        var (ended, left) = keepSessions ? (0, Sessions.Count) : await EndAsync(new SessionCondition { Database = Database, StartedBefore = Record?.Since ?? Now }, cancellationToken).ConfigureAwait(false);
        var appliers = await AppliersAsync(cancellationToken).ConfigureAwait(false);
        if (appliers.Count > 0)
        {
            context.Reporter.Warning(
                $"The database '{Database}' is still written to by logical replication, which the setting does not hold: ALTER SUBSCRIPTION … DISABLE stops it ({string.Join(", ", appliers)}).");
        }

        return await VerifyAsync(readOnly: true, changed, ended, left + appliers.Count, Record?.Since, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts the setting back to what it was, and ends the sessions that began read-only.</summary>
    /// <param name="keepSessions">True to leave the present sessions as they are, read-only.</param>
    /// <param name="force">True to take the setting away where nobody knows what was before.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>How things are then.</returns>
    /// <exception cref="OperationException"><c>DatabaseWriteGuardUnknown</c>, or one of <see cref="DatabaseErrors"/> or <see cref="MaintenanceErrors"/>.</exception>
    public async Task<DatabaseWriteState> ResumeAsync(bool keepSessions, bool force, CancellationToken cancellationToken)
    {
        EnsureKnown(force);
        var changed = IsSuspended;
        var (ended, left) = (0, 0);
        if (changed)
        {
            await AlterAsync(
                Record?.Former switch
                {
                    null => "RESET default_transaction_read_only",
                    "on" => "SET default_transaction_read_only = on",
                    _ => "SET default_transaction_read_only = off",
                },
                cancellationToken).ConfigureAwait(false);
            if (!keepSessions)
            {
                (ended, left) = await EndAsync(
                    new SessionCondition { Database = Database, StartedAfter = Record?.Since, StartedBefore = await ClockAsync(cancellationToken).ConfigureAwait(false) }, cancellationToken)
                    .ConfigureAwait(false);
            }
        }

        WriteGuardRecord.Remove(address);
        return await VerifyAsync(readOnly: false, changed, ended, left, null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Refuses to resume where the setting is not this machine's own.</summary>
    /// <param name="force">True to go ahead all the same.</param>
    /// <exception cref="OperationException"><c>DatabaseWriteGuardUnknown</c>.</exception>
    public void EnsureKnown(bool force)
    {
        if (IsSuspended && Record is null && !force)
        {
            throw new OperationException(
                MaintenanceErrors.WriteGuardUnknown,
                $"The database '{Database}' is read-only by its own setting, and this machine has no record that it was suspended from here: it may be meant to be so.", address);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stopper.DisposeAsync().ConfigureAwait(false);
        await connection.DisposeAsync().ConfigureAwait(false);
    }

    private static string? Setting(NpgsqlDataReader reader) =>
        reader.IsDBNull(3) ? null : reader.GetString(3).ToLowerInvariant() is "on" or "true" or "yes" or "1" ? "on" : "off";

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        await using (var command = new NpgsqlCommand(State, connection))
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            Database = reader.GetString(0);
            address = $"{connection.Host}:{connection.Port}/{Database}";
            if (reader.GetBoolean(1))
            {
                throw new OperationException(MaintenanceErrors.ReadOnlyServer, $"{address} is a replica: it takes no writes but its primary's.", address);
            }

            Now = reader.GetFieldValue<DateTimeOffset>(2);
            Former = Setting(reader);
            Overrides = reader.GetFieldValue<string[]>(4);
        }

        Record = WriteGuardRecord.Read(address);
        var condition = IsSuspended && Record is { } record
            ? new SessionCondition { Database = Database, StartedAfter = record.Since }
            : new SessionCondition { Database = Database };
        Sessions = [.. (await OthersAsync(condition, cancellationToken).ConfigureAwait(false)).Where(session => session.Refusal is null)];
    }

    // The own sessions are no business of the operator's.
    private async Task<IReadOnlyList<SessionCandidate>> OthersAsync(SessionCondition condition, CancellationToken cancellationToken) =>
        [.. (await stopper.FindAsync(condition, null, SessionChoice.Everybody, cancellationToken).ConfigureAwait(false)).Where(session => session.ProcessId != connection.ProcessID)];

    private async Task<(int Ended, int Left)> EndAsync(SessionCondition condition, CancellationToken cancellationToken)
    {
        var (ended, left) = (0, 0);
        List<SessionStopResult> forbidden = [];
        await stopper.StopAsync(
            [.. (await OthersAsync(condition, cancellationToken).ConfigureAwait(false)).Where(session => session.Refusal is null)],
            condition,
            new SessionStopOptions { Mode = SessionStopMode.Terminate },
            (result, _) =>
            {
                if (result.Outcome == SessionStopOutcome.Terminated)
                {
                    ended++;
                }
                else if (result.Outcome == SessionStopOutcome.NotPermitted)
                {
                    left++;
                    forbidden.Add(result);
                }
                else if (result.Outcome == SessionStopOutcome.StillThere)
                {
                    left++;
                    context.Reporter.Warning($"Process {result.ProcessId} ({result.User}, '{result.Application}') is still there with the old setting: {result.Reason}");
                }

                return default;
            },
            cancellationToken).ConfigureAwait(false);
        if (forbidden.Count > 0)
        {
            var roles = string.Join(", ", forbidden.Select(result => result.User).Distinct().Order(StringComparer.Ordinal));
            context.Reporter.Warning(
                $"Sessions that are still there with the old setting, because this role may not end them: {forbidden.Count}, of {roles}. GRANT pg_signal_backend to it, or for a superuser's be one, and do it again.");
        }

        return (ended, left);
    }

    private async Task AlterAsync(string change, CancellationToken cancellationToken)
    {
        try
        {
            // This session may have begun read-only itself. The change is one of four constants.
            await using var own = new NpgsqlCommand("SET default_transaction_read_only = off", connection);
            await own.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            await using var command = new NpgsqlCommand($"ALTER DATABASE {SqlIdentifier.Quote(Database)} {change}", connection);
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (NpgsqlException error)
        {
            throw DatabaseConnector.Translate(error, address);
        }
    }

    // A change whose answer was lost may have been made all the same. What was before is forgotten only where it is seen to be so still.
    private async Task ForgetAsync()
    {
        try
        {
            await using var fresh = await DatabaseConnector.OpenAsync(context, Database, CancellationToken.None).ConfigureAwait(false);
            await using var command = new NpgsqlCommand(State, fresh);
            await using var reader = await command.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
            await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            if (Setting(reader) != "on")
            {
                WriteGuardRecord.Remove(address);
                return;
            }
        }
        catch (Exception error) when (error is OperationException or NpgsqlException)
        {
            context.Reporter.Verbose($"Whether the setting of '{Database}' was changed could not be seen: {error.Message}");
        }

        context.Reporter.Warning($"Writes to the database '{Database}' may be suspended all the same: Resume-CivicQDatabaseWrite puts the setting back, Suspend-CivicQDatabaseWrite completes it.");
    }

    private Task<List<string>> AppliersAsync(CancellationToken cancellationToken) => AskAsync(async () =>
    {
        List<string> found = [];
        await using var command = new NpgsqlCommand(Appliers, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            found.Add(reader.Text(0) ?? "?");
        }

        return found;
    });

    private Task<DateTimeOffset> ClockAsync(CancellationToken cancellationToken) => AskAsync(async () =>
    {
        await using var command = new NpgsqlCommand("SELECT clock_timestamp()", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return reader.GetFieldValue<DateTimeOffset>(0);
    });

    private async Task<T> AskAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (NpgsqlException error)
        {
            throw DatabaseConnector.Translate(error, address);
        }
    }

    private Task<DatabaseWriteState> VerifyAsync(bool readOnly, bool changed, int ended, int left, DateTimeOffset? since, CancellationToken cancellationToken) =>
        AskAsync(() => TryAsync(readOnly, changed, ended, left, since, cancellationToken));

    // By a write in a new session, in a transaction that is rolled back.
    private async Task<DatabaseWriteState> TryAsync(bool readOnly, bool changed, int ended, int left, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        await using var fresh = await DatabaseConnector.OpenAsync(context, Database, cancellationToken).ConfigureAwait(false);
        var refused = false;
        await using (var transaction = await fresh.BeginTransactionAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                await using var command = new NpgsqlCommand("CREATE TEMPORARY TABLE civicq_write_probe (id integer) ON COMMIT DROP", fresh, transaction);
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException error)
            {
                refused = error.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction;
            }

            await transaction.RollbackAsync(cancellationToken).ConfigureAwait(false);
        }

        var expected = readOnly || Record?.Former == "on";
        if (refused != expected)
        {
            throw new OperationException(
                MaintenanceErrors.WriteGuardNotEffective,
                $"A new session on '{Database}' {(refused ? "still may not write" : "may still write")}{(Overrides.Length == 0 ? "" : $"; roles with a setting of their own: {string.Join(", ", Overrides)}")}.", address);
        }

        return new DatabaseWriteState
        {
            Environment = context.Name,
            Database = Database,
            IsSuspended = refused,
            IsChanged = changed,
            IsVerified = true,
            FormerSetting = Record is null ? Former : Record.Former,
            Since = since,
            SessionsEnded = ended,
            SessionsLeft = left,
            Overrides = Overrides,
        };
    }
}
