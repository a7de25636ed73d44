using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Tests.Support;
using Npgsql;

namespace CivicQ.Ops.Core.Tests.Database.Pooling;

/// <summary>A PostgreSQL, and PgBouncers in front of it.</summary>
public sealed class PoolerFixture : IAsyncLifetime
{
    /// <summary>One who may look and no more; the password has every sign that an auth_file takes.</summary>
    public const string Looker = "looker";

    public const string LookerPassword = "l00k \"er\" é";

    private LabPostgres? server;
    private LabPgBouncer? pooler;

    public LabPostgres Server => server!;

    public LabPgBouncer Pooler => pooler!;

    public async Task InitializeAsync()
    {
        server = await LabPostgres.StartAsync(new LabPostgresOptions { Database = "civicq", User = "civicq" });
        pooler = await StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (pooler is not null)
        {
            await pooler.StopAsync();
        }

        if (server is not null)
        {
            await server.StopAsync();
        }
    }

    /// <summary>A further PgBouncer with settings of its own.</summary>
    internal Task<LabPgBouncer> StartAsync(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string> { ["default_pool_size"] = "4", ["stats_users"] = Looker };
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        return LabPgBouncer.StartAsync(new LabPgBouncerOptions
        {
            ServerPort = Server.Port, Settings = all,
            Users = new Dictionary<string, string> { ["civicq"] = Server.Password, [Looker] = LookerPassword, ["stranger"] = "strange" },
        });
    }

    /// <summary>The environment; with another port, user or password.</summary>
    internal EnvironmentContext Context(int? port = null, string user = "civicq", string? password = null, double timeout = 120, string sslMode = "prefer", string? root = null) => TestContexts.Create(
        new CivicQEnvironment
        {
            Name = "pools",
            Database = new DatabaseSettings
            {
                Host = Server.Host, Port = Server.Port, Name = "civicq", User = "civicq", SslMode = "disable", Password = new SecretReference(SecretScheme.Variable, "database"),
                Pooler = new PoolerSettings { Host = "127.0.0.1", Port = port ?? Pooler.Port, User = user, Password = new SecretReference(SecretScheme.Variable, "pooler"), SslMode = sslMode, RootCertificate = root },
            },
            TimeoutSeconds = timeout,
        },
        ("database", Server.Password), ("pooler", password ?? Server.Password));

    /// <summary>A client of the application's, through PgBouncer.</summary>
    internal async Task<NpgsqlConnection> ClientAsync(int? port = null)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Server.ConnectionString) { Port = port ?? Pooler.Port, Pooling = false, NoResetOnClose = true, Timeout = 120, CommandTimeout = 0 }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }
}
