using System.Globalization;
using CivicQ.Ops.Core.Backups.Physical;
using CivicQ.Ops.Core.Backups.Recovery;
using CivicQ.Ops.Core.Database;

namespace CivicQ.Ops.Core.Drills.Database;

/// <summary>A table was dropped in a hurry, and the only way back is to the moment before.</summary>
public sealed class DroppedTableDrill : DatabaseDrill
{
    private const string Moment = "moment";
    private const string Rows = "rows";
    private const string Stamp = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <inheritdoc/>
    public override DrillDescription Description { get; } = new()
    {
        Name = "DroppedTable",
        Symptom = "Nobody can log in: the table of the users is gone, and votes came in after the last backup.",
        Injection = "makes a physical backup, commits some more, and drops the table users",
        Hint = "Get-CivicQTableSize users",
        Remedy = "Get-CivicQBackup -Environment lab -Kind Physical -Latest | Restore-CivicQDatabase -PointInTime (the time that Get-CivicQDrill tells) -Replace",
        RemedyCmdlets = ["Restore-CivicQDatabase"],
        Source = "runbook, Data Recovery; manual, Disaster Recovery Test",
    };

    /// <inheritdoc/>
    public override async Task InjectAsync(DrillContext context, CancellationToken cancellationToken)
    {
        await PhysicalBackup.RunAsync(context.Environment, new PhysicalOptions(), cancellationToken).ConfigureAwait(false);
        var connection = await DatabaseConnector.OpenAsync(context.Environment, cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        await RunAsync(connection, "UPDATE users SET email = email WHERE id <= 100", cancellationToken).ConfigureAwait(false);
        context.Notes[Rows] = await AskAsync<long>(connection, "SELECT count(*) FROM users", cancellationToken).ConfigureAwait(false) ?? 0;
        // A moment with nothing just before and after it: the operator types milliseconds.
        await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken).ConfigureAwait(false);
        context.Notes[Moment] = await AskAsync<long>(connection, "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::int8", cancellationToken).ConfigureAwait(false) ?? 0;
        await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken).ConfigureAwait(false);
        await RunAsync(connection, "SET lock_timeout = '20s'", cancellationToken).ConfigureAwait(false);
        await RunAsync(connection, "DROP TABLE users CASCADE", cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task<DrillSighting> LookAsync(DrillContext context, CancellationToken cancellationToken)
    {
        var connection = await DatabaseConnector.OpenAsync(context.Environment, cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        var time = Time(context).UtcDateTime.ToString(Stamp, CultureInfo.InvariantCulture);
        if (await AskAsync<bool>(connection, "SELECT to_regclass('users') IS NOT NULL", cancellationToken).ConfigureAwait(false) != true)
        {
            return new DrillSighting(true, string.Create(CultureInfo.InvariantCulture, $"The table users is missing. It was there, with {Before(context)} rows, at {time}."));
        }

        var rows = await AskAsync<long>(connection, "SELECT count(*) FROM users", cancellationToken).ConfigureAwait(false) ?? 0;
        return new DrillSighting(rows < Before(context), string.Create(CultureInfo.InvariantCulture, $"The table users has {rows} rows; it had {Before(context)} at {time}."));
    }

    /// <inheritdoc/>
    public override async Task ClearAsync(DrillContext context, CancellationToken cancellationToken)
    {
        // Broken off before the moment was noted, nothing had been dropped.
        if (!context.Notes.ContainsKey(Moment) || !(await LookAsync(context, cancellationToken).ConfigureAwait(false)).IsThere)
        {
            return;
        }

        var options = new RecoveryOptions { PointInTime = Time(context), Replace = true, DropPrevious = true };
        var recovery = await PointInTimeRecovery.PrepareAsync(context.Environment, options, cancellationToken).ConfigureAwait(false);
        await using var closing = recovery.ConfigureAwait(false);
        await recovery.ExecuteAsync(cancellationToken).ConfigureAwait(false);
    }

    private static long Before(DrillContext context) => context.Notes.TryGetValue(Rows, out var rows) ? rows : 0;

    private static DateTimeOffset Time(DrillContext context) => DateTimeOffset.FromUnixTimeMilliseconds(context.Notes.TryGetValue(Moment, out var moment) ? moment : 0);
}
