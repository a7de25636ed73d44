using CivicQ.Ops.Core.Lab;

namespace CivicQ.Ops.Core.Tests.Database.Maintenance;

/// <summary>One PostgreSQL for the tests of changing databases; each test has a database of its own.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    public LabPostgres Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await LabPostgres.StartAsync(new LabPostgresOptions
    {
        // Nothing but the tests themselves vacuums.
        Settings = new Dictionary<string, string> { ["autovacuum"] = "off", ["max_connections"] = "60", ["max_locks_per_transaction"] = "1024", ["max_prepared_transactions"] = "5" },
    });

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
