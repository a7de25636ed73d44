using System.Diagnostics;
using System.Globalization;
using CivicQ.Ops.Core.Database.SimpleQuery;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Database.Pooling;

/// <summary>PgBouncer's admin console. What each version calls its columns is known here alone.</summary>
internal sealed class PoolConsole : IAsyncDisposable
{
    /// <summary>The database that is the console, which has a pool of its own.</summary>
    public const string Name = "pgbouncer";

    private readonly SimpleQueryConnection connection;

    private PoolConsole(SimpleQueryConnection connection) => this.connection = connection;

    /// <summary>PgBouncer's version, such as <c>1.18.0</c>.</summary>
    public string Version => connection.ServerVersion.Split('/')[0];

    /// <summary>Connects within the environment's time-out.</summary>
    /// <exception cref="OperationException"><c>ComponentNotConfigured</c>, <c>OperationTimedOut</c>, or one of <see cref="PoolerErrors"/>.</exception>
    public static async Task<PoolConsole> OpenAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var settings = context.Environment.Database?.Pooler ?? throw new OperationException(
            EnvironmentErrors.ComponentNotConfigured, $"Environment '{context.Name}' has no pooler: database.pooler is not set.", context.Name);
        var address = new SimpleQueryAddress(settings.Host, settings.Port, Name, settings.User)
        {
            Password = settings.Password is { } password ? await context.Secrets.ResolveAsync(password, cancellationToken).ConfigureAwait(false) : null,
            SslMode = settings.SslMode,
            RootCertificate = settings.RootCertificate,
        };
        return await WithinAsync(context, async token => new PoolConsole(await SimpleQueryConnection.OpenAsync(address, token).ConfigureAwait(false)), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks about the pools, without the console's own: SHOW POOLS with what SHOW DATABASES adds.</summary>
    public async Task<IReadOnlyList<ConnectionPool>> PoolsAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var (pools, databases) = await WithinAsync(
            context,
            async token => (await connection.QueryAsync("SHOW POOLS", token).ConfigureAwait(false), await connection.QueryAsync("SHOW DATABASES", token).ConfigureAwait(false)),
            cancellationToken).ConfigureAwait(false);
        var known = databases.Named().DistinctBy(row => row.GetValueOrDefault("name")).ToDictionary(row => row.GetValueOrDefault("name") ?? "", StringComparer.Ordinal);
        return [.. pools.Named().Where(row => Text(row, "database") != Name).Select(row => Pool(context.Name, row, known.GetValueOrDefault(Text(row, "database"))))];
    }

    /// <summary>Reads the databases' counters: SHOW STATS.</summary>
    public async Task<IReadOnlyDictionary<string, PoolStatistic>> StatisticsAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var stats = await WithinAsync(context, token => connection.QueryAsync("SHOW STATS", token), cancellationToken).ConfigureAwait(false);
        var taken = Stopwatch.GetTimestamp();
        return stats.Named().DistinctBy(row => Text(row, "database")).ToDictionary(
            row => Text(row, "database"),
            // Before 1.8 there was one counter, total_requests.
            row => new PoolStatistic(Whole(row, "total_query_count", "total_requests"), Whole(row, "total_xact_count", "total_requests"), Whole(row, "total_query_time"), taken),
            StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private static ConnectionPool Pool(string environment, IReadOnlyDictionary<string, string?> row, IReadOnlyDictionary<string, string?>? database)
    {
        var size = database is null ? null : Number(database, "pool_size");
        var pool = new ConnectionPool
        {
            Environment = environment,
            Database = Text(row, "database"),
            User = Text(row, "user"),
            ClientsActive = (int)Whole(row, "cl_active"),
            ClientsWaiting = (int)Whole(row, "cl_waiting"),
            ClientsCancelling = (int)(Whole(row, "cl_active_cancel_req", "cl_cancel_req") + Whole(row, "cl_waiting_cancel_req")),
            ServersActive = (int)Whole(row, "sv_active"),
            ServersIdle = (int)Whole(row, "sv_idle"),
            ServersUsed = (int)Whole(row, "sv_used"),
            ServersTested = (int)Whole(row, "sv_tested"),
            ServersLogin = (int)Whole(row, "sv_login"),
            ServersCancelling = (int)(Whole(row, "sv_active_cancel") + Whole(row, "sv_being_canceled")),
            MaxWait = TimeSpan.FromSeconds(Whole(row, "maxwait")) + TimeSpan.FromMicroseconds(Whole(row, "maxwait_us")),
            PoolMode = Text(row, "pool_mode"),
            PoolSize = (int?)size,
            // 1.24 calls it reserve_pool_size.
            ReservePoolSize = database is null ? null : (int?)Number(database, "reserve_pool", "reserve_pool_size"),
            Paused = database is not null && Whole(database, "paused") != 0,
            Disabled = database is not null && Whole(database, "disabled") != 0,
        };
        var busy = pool.ServersActive + pool.ServersTested + pool.ServersLogin + pool.ServersCancelling;
        return pool with { UsedRatio = busy == 0 ? 0 : size > 0 ? (double)busy / size : null };
    }

    private static string Text(IReadOnlyDictionary<string, string?> row, string column) => row.GetValueOrDefault(column) ?? "";

    private static long Whole(IReadOnlyDictionary<string, string?> row, params ReadOnlySpan<string> columns) => Number(row, columns) ?? 0;

    private static long? Number(IReadOnlyDictionary<string, string?> row, params ReadOnlySpan<string> columns)
    {
        foreach (var column in columns)
        {
            if (long.TryParse(row.GetValueOrDefault(column), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            {
                return number;
            }
        }

        return null;
    }

    private static async Task<T> WithinAsync<T>(EnvironmentContext context, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(context.Timeout);
        try
        {
            return await work(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OperationException(GeneralErrors.TimedOut, $"{context.Name}: PgBouncer did not answer within {context.Timeout.TotalSeconds:0.###} s.", context.Name, error);
        }
    }
}
