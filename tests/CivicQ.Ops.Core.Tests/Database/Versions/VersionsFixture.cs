using System.Collections.Concurrent;
using CivicQ.Ops.Core.Lab;
using Npgsql;

namespace CivicQ.Ops.Core.Tests.Database.Versions;

/// <summary>A server of each version that a test asks for, started when it is first asked for.</summary>
public sealed class VersionsFixture : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, Lazy<Task<LabPostgres>>> servers = new(StringComparer.Ordinal);

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>A server with two extensions in its first database; skips the test where the version cannot be had.</summary>
    public async Task<LabPostgres> ServerAsync(string major)
    {
        var programs = PostgresPrograms.Folder(major);
        return await servers.GetOrAdd(major, _ => new(() => StartAsync(programs))).Value;
    }

    public async Task DisposeAsync()
    {
        foreach (var server in servers.Values)
        {
            await (await server.Value).DisposeAsync();
        }
    }

    private static async Task<LabPostgres> StartAsync(string programs)
    {
        var server = await LabPostgres.StartAsync(new LabPostgresOptions
        {
            ProgramFolder = programs,
            // Nothing but the tests themselves vacuums, and a lock is held as long as it is held.
            Settings = new Dictionary<string, string> { ["autovacuum"] = "off", ["deadlock_timeout"] = "10min", ["max_connections"] = "40", ["wal_keep_size"] = "256MB" },
        });
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await DatabaseFixture.ExecuteAsync(connection, "CREATE EXTENSION pg_stat_statements; CREATE EXTENSION pgstattuple");
        return server;
    }
}
