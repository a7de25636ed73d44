using System.Globalization;
using Npgsql;

namespace CivicQ.Ops.Core.Lab;

/// <summary>Fills the lab's database: CivicQ's schema, believable data, the application's role.</summary>
internal static class LabDatabaseSeed
{
    /// <summary>Does it.</summary>
    /// <param name="connectionString">The superuser's connection to the lab's database.</param>
    /// <param name="apiPassword">The password of the role <c>civicq_api</c>.</param>
    /// <param name="scale">How much data.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task RunAsync(string connectionString, string apiPassword, int scale, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);

        // Session settings carry the values into the scripts: no value becomes part of a statement's text.
        await using (var settings = connection.CreateCommand())
        {
            settings.CommandText = "SELECT set_config('civicq.api_password', $1, false), set_config('civicq.scale', $2, false)";
            settings.Parameters.Add(new NpgsqlParameter { Value = apiPassword });
            settings.Parameters.Add(new NpgsqlParameter { Value = scale.ToString(CultureInfo.InvariantCulture) });
            await settings.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        foreach (var script in new[] { "schema.sql", "seed.sql", "statements.sql" })
        {
            await using var command = connection.CreateCommand();
            command.CommandText = LabData.Read(script);
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
