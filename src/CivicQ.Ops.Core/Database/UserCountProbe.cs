using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Measures;
using Npgsql;

namespace CivicQ.Ops.Core.Database;

/// <summary>Counts the users, as the manual's checklist does: proof that a real table can be read. A part of the daily check alone.</summary>
public sealed class UserCountProbe : IHealthProbe
{
    // So many rows are counted; of a larger table the server's own estimate is enough.
    private const double CountedExactly = 1_000_000;

    private const string Estimate = "SELECT reltuples::float8 FROM pg_class WHERE oid = to_regclass('users')";

    /// <inheritdoc/>
    public string Component => "Users";

    /// <inheritdoc/>
    public string NextStep => "Runbook: Database Issues.";

    /// <inheritdoc/>
    public bool IsConfigured(CivicQEnvironment environment) => environment.Database is not null;

    /// <inheritdoc/>
    public Task<string?> TargetAsync(EnvironmentContext context, CancellationToken cancellationToken) => DatabaseConnector.TargetAsync(context, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HealthResult>> CheckAsync(
        EnvironmentContext context, ThresholdSet thresholds, CancellationToken cancellationToken)
    {
        var connection = await DatabaseConnector.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        try
        {
            return [await CountAsync(connection, cancellationToken).ConfigureAwait(false)];
        }
        catch (Exception error) when (error is NpgsqlException)
        {
            throw DatabaseReader.Translate(error, connection);
        }
    }

    private async Task<HealthResult> CountAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await ScalarAsync(connection, Estimate, cancellationToken).ConfigureAwait(false) is not double estimate)
        {
            return new HealthResult
            {
                Component = Component, Check = "Users", Status = HealthStatus.Unhealthy, Detail = $"The database '{connection.Database}' has no table 'users'.",
                NextStep = "Is this the right database? Test-CivicQEnvironment shows which one is meant; if the table was dropped, manual: Data Loss/Corruption.",
            };
        }

        // A table that was never analysed has the estimate -1; counting it is then the only way to know.
        var exact = estimate < CountedExactly;
        var count = exact ? Convert.ToDouble(await ScalarAsync(connection, "SELECT count(*) FROM users", cancellationToken).ConfigureAwait(false), System.Globalization.CultureInfo.InvariantCulture) : estimate;
        return new HealthResult
        {
            Component = Component, Check = "Users", Status = HealthStatus.Healthy, Value = count, Unit = MeasureUnit.Count,
            Detail = $"{(exact ? "" : "About ")}{Measure.Format(count, MeasureUnit.Count)} users.",
        };
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection);
        await using var closing = command.ConfigureAwait(false);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }
}
