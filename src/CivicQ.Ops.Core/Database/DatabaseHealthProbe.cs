using CivicQ.Ops.Core.Database.Pooling;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.Database;

/// <summary>Asks PostgreSQL itself: does it answer, how full are its connections, and those of the PgBouncer in front of it where there is one.</summary>
public sealed class DatabaseHealthProbe : IHealthProbe
{
    private const string Question = """
        SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
               (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
               current_setting('server_version'), pg_is_in_recovery()
        """;

    /// <inheritdoc/>
    public string Component => "Database";

    /// <inheritdoc/>
    public string NextStep => "Runbook: Database Issues. Check that the server runs, then its log.";

    /// <inheritdoc/>
    public bool IsConfigured(CivicQEnvironment environment) => environment.Database is not null;

    /// <inheritdoc/>
    public Task<string?> TargetAsync(EnvironmentContext context, CancellationToken cancellationToken) => DatabaseConnector.TargetAsync(context, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HealthResult>> CheckAsync(
        EnvironmentContext context, ThresholdSet thresholds, CancellationToken cancellationToken)
    {
        // Beside each other; a PgBouncer that is away is a result of its own.
        var pooler = context.Environment.Database!.Pooler is null ? Task.FromResult<IReadOnlyList<HealthResult>>([]) : PoolReader.CheckAsync(context, thresholds, cancellationToken);
        await using var connection = await DatabaseConnector.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var command = connection.CreateCommand();
        command.CommandText = Question;
        var (available, used, version, role) = (0, 0L, "", "");
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            (available, used) = (reader.GetInt32(0), reader.GetInt64(1));
            // Debian writes "15.18 (Debian 15.18-0+deb12u1)".
            (version, role) = (reader.GetString(2).Split(' ')[0], reader.GetBoolean(3) ? "standby" : "primary");
        }

        // The first question of a process also pays for compiling this client; the server's own time is the second one's.
        command.CommandText = "SELECT 1";
        var answer = await QuickestAnswer.MeasureAsync(thresholds[Component + ".Connection"], () => command.ExecuteScalarAsync(cancellationToken)).ConfigureAwait(false);
        return
        [
            thresholds.Judge(
                Component, "Connection", answer.TotalSeconds, $"PostgreSQL {version} ({role}) answered in {Measure.Duration(answer)}."),
            thresholds.Judge(Component, "Pool", (double)used / available, $"{used} of {available} connections in use."),
            .. await pooler.ConfigureAwait(false),
        ];
    }
}
