using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using Npgsql;

namespace CivicQ.Ops.Core.Database;

/// <summary>Finds of several servers the one that is meant, as libpq does: the first that answers and is what <c>target_session_attrs</c> asks for.</summary>
internal static class HostChoice
{
    private const string Nature = "SELECT pg_catalog.pg_is_in_recovery(), current_setting('transaction_read_only') = 'on'";

    /// <summary>Finds it.</summary>
    /// <exception cref="OperationException">The last server's error, or <c>DatabaseUnreachable</c> where all answer and none is the one.</exception>
    public static async Task<DatabaseHost> FindAsync(
        NpgsqlConnectionStringBuilder settings, IReadOnlyList<DatabaseHost> hosts, string? target, EnvironmentContext context, CancellationToken cancellationToken)
    {
        OperationException? last = null;
        DatabaseHost? second = null;
        foreach (var host in hosts)
        {
            try
            {
                if (await FitsAsync(settings, host, target, context, cancellationToken).ConfigureAwait(false))
                {
                    return host;
                }

                second ??= host;
            }
            catch (OperationException error)
            {
                context.Reporter.Verbose(error.Message);
                last = error;
            }
        }

        var names = string.Join(", ", hosts.Select(host => $"{host.Name}:{host.Port}"));
        return (target == "prefer-standby" ? second : null)
            ?? throw (second is null ? last! : new OperationException(DatabaseErrors.Unreachable, $"None of {names} is one of target_session_attrs={target}.", names, last));
    }

    private static async Task<bool> FitsAsync(
        NpgsqlConnectionStringBuilder settings, DatabaseHost host, string? target, EnvironmentContext context, CancellationToken cancellationToken)
    {
        var own = new NpgsqlConnectionStringBuilder(settings.ConnectionString)
        {
            Host = host.Name, Port = host.Port, ApplicationName = DatabaseConnector.ApplicationName, Pooling = false,
        };
        var connection = await DatabaseConnector.OpenAsync(own, context.Timeout, cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        if (target is null)
        {
            return true;
        }

        var (standby, readOnly) = await DatabaseReader.OneAsync(
            connection, context.Timeout, Nature, [], reader => (reader.GetBoolean(0), reader.GetBoolean(1)), cancellationToken).ConfigureAwait(false);
        return target switch
        {
            "read-write" => !standby && !readOnly,
            "read-only" => standby || readOnly,
            "primary" => !standby,
            _ => standby,
        };
    }
}
