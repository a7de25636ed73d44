using System.Globalization;
using CivicQ.Ops.Core.Errors;
using StackExchange.Redis;

namespace CivicQ.Ops.Core.Cache;

/// <summary>One open connection to a Redis server.</summary>
public sealed class RedisConnection : IAsyncDisposable
{
    private readonly ConnectionMultiplexer multiplexer;
    private readonly RedisAddress address;
    private readonly IDatabase database;

    internal RedisConnection(ConnectionMultiplexer multiplexer, RedisAddress address)
    {
        this.multiplexer = multiplexer;
        this.address = address;
        database = multiplexer.GetDatabase();
    }

    /// <summary>The number of the logical database.</summary>
    public int Database => address.Database;

    /// <summary>Host, port and database, without the password.</summary>
    public string Target => address.ToString();

    /// <summary>Whether the server is a replica.</summary>
    public bool IsReplica => multiplexer.GetServer(multiplexer.GetEndPoints()[0]).IsSlave;

    /// <summary>Sends a command and waits for its reply.</summary>
    /// <param name="command">The command's name.</param>
    /// <param name="arguments">Its arguments: texts or numbers.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The reply.</returns>
    /// <exception cref="OperationException">One of <see cref="CacheErrors"/>.</exception>
    internal async Task<RedisResult> ExecuteAsync(string command, object[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            return await database.ExecuteAsync(command, arguments).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is RedisException or RedisCommandException or TimeoutException)
        {
            throw RedisErrorTranslator.Command(error, address);
        }
    }

    /// <summary>The server's <c>INFO</c>, as names and values.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The values by name.</returns>
    /// <exception cref="OperationException">One of <see cref="CacheErrors"/>.</exception>
    public async Task<IReadOnlyDictionary<string, string>> InfoAsync(CancellationToken cancellationToken)
    {
        var text = (string?)await ExecuteAsync("INFO", [], cancellationToken).ConfigureAwait(false) ?? "";
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line[0] != '#' && line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            {
                values[line[..colon]] = line[(colon + 1)..];
            }
        }

        return values;
    }

    /// <summary>The length of a list; 0 where there is none.</summary>
    /// <param name="key">The list's key.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The number of elements.</returns>
    public async Task<long> ListLengthAsync(string key, CancellationToken cancellationToken) =>
        await ExistsAsync(key, cancellationToken).ConfigureAwait(false) ? (long)await ExecuteAsync("LLEN", [key], cancellationToken).ConfigureAwait(false) : 0;

    /// <summary>
    /// Whether there is a key. Asked by MEMORY USAGE, which alone looks without counting: a LLEN or EXISTS of a key that is not there
    /// is a miss in the server's statistics, and a health check that runs every minute would spoil the hit rate that it reports.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>True when it is there.</returns>
    public async Task<bool> ExistsAsync(string key, CancellationToken cancellationToken) =>
        !(await ExecuteAsync("MEMORY", ["USAGE", key, "SAMPLES", 1], cancellationToken).ConfigureAwait(false)).IsNull;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await multiplexer.CloseAsync(allowCommandsToComplete: false).WaitAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
            multiplexer.Dispose();
        }
        catch (TimeoutException)
        {
            // The socket is the server's to close then; nothing here waits for it.
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"redis {address}");
}
