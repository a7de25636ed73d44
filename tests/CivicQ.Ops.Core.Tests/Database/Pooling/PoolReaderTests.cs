using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Database.Pooling;
using CivicQ.Ops.Core.Database.SimpleQuery;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Tests.Support;
using Npgsql;

namespace CivicQ.Ops.Core.Tests.Database.Pooling;

/// <summary>The admin console of a real PgBouncer.</summary>
public sealed class PoolReaderTests(PoolerFixture fixture) : IClassFixture<PoolerFixture>
{
    private Task<IReadOnlyList<ConnectionPool>> ReadAsync(int? port = null, double sample = 0) => PoolReader.ReadAsync(fixture.Context(port), TimeSpan.FromSeconds(sample), CancellationToken.None);

    private static async Task<ErrorDefinition> RefusedAsync(EnvironmentContext context) =>
        (await Assert.ThrowsAsync<OperationException>(() => PoolReader.ReadAsync(context, TimeSpan.Zero, CancellationToken.None))).Definition;

    private static async Task RunAsync(NpgsqlConnection client, string sql)
    {
        await using var command = new NpgsqlCommand(sql, client) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    private async Task<ConnectionPool> UntilAsync(int port, Func<ConnectionPool, bool> condition)
    {
        var limit = DateTime.UtcNow.AddMinutes(2);
        while (true)
        {
            var pool = (await ReadAsync(port)).SingleOrDefault();
            if (pool is not null && condition(pool))
            {
                return pool;
            }

            Assert.True(DateTime.UtcNow < limit, pool?.ToString());
            await Task.Delay(20);
        }
    }

    [Fact]
    public async Task A_pool_fills_and_a_client_waits()
    {
        await using var own = await fixture.StartAsync();
        Assert.Empty(await ReadAsync(own.Port));
        var clients = new List<NpgsqlConnection>();
        try
        {
            for (var i = 0; i < 5; i++)
            {
                clients.Add(await fixture.ClientAsync(own.Port));
            }

            await RunAsync(clients[0], "SELECT 1");
            var calm = await UntilAsync(own.Port, one => one.ServersIdle + one.ServersUsed > 0);
            Assert.Equal(("pools", "civicq", "civicq", "transaction"), (calm.Environment, calm.Database, calm.User, calm.PoolMode));
            Assert.Equal((4, HealthStatus.Healthy, ""), (calm.PoolSize, calm.Status, calm.Detail));
            Assert.Equal(5, calm.ClientsActive);
            Assert.Null(calm.QueriesPerSecond);

            foreach (var client in clients.Take(4))
            {
                await RunAsync(client, "BEGIN");
            }

            var full = await UntilAsync(own.Port, one => one.ServersActive == 4);
            Assert.Equal((1.0, HealthStatus.Unhealthy), (full.UsedRatio, full.Status));
            Assert.Contains("of 4 connections are in use", full.Detail, StringComparison.Ordinal);
            var waiting = RunAsync(clients[4], "BEGIN");
            var late = await UntilAsync(own.Port, one => one.ClientsWaiting == 1 && one.MaxWait > TimeSpan.FromSeconds(1));
            Assert.Contains("a client has waited for", late.Detail, StringComparison.Ordinal);

            var health = await PoolReader.CheckAsync(fixture.Context(own.Port), ThresholdSet.For(fixture.Context().Environment), CancellationToken.None);
            Assert.Equal(["Pooler", "PoolerWait"], health.Select(one => one.Check));
            Assert.All(health, one => Assert.True(one is { Component: "Database", Status: >= HealthStatus.Degraded, NextStep.Length: > 0 }));
            Assert.Contains("1 clients wait", health[1].Detail, StringComparison.Ordinal);
            await RunAsync(clients[0], "COMMIT");
            await waiting;
            Assert.Equal(0, (await UntilAsync(own.Port, one => one.ClientsWaiting == 0)).MaxWait.Ticks);
        }
        finally
        {
            foreach (var client in clients)
            {
                await client.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task Two_samples_give_rates()
    {
        await using var client = await fixture.ClientAsync();
        await RunAsync(client, "SELECT 1");
        using var stop = new CancellationTokenSource();
        var work = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await RunAsync(client, "SELECT 1");
            }
        });
        // PgBouncer adds up its counters every stats_period alone for averages; totals are live.
        var pool = (await ReadAsync(sample: 1)).Single(one => one.User == "civicq");
        await stop.CancelAsync();
        await work;
        Assert.True(pool.QueriesPerSecond > 0, pool.ToString());
        Assert.True(pool.TransactionsPerSecond > 0);
        Assert.True(pool.SampleTime >= TimeSpan.FromSeconds(0.9));
        Assert.NotNull(pool.MeanQueryTime);
    }

    [Fact]
    public async Task A_database_that_is_paused_or_disabled_is_not_well()
    {
        await using var own = await fixture.StartAsync();
        await using var client = await fixture.ClientAsync(own.Port);
        await RunAsync(client, "SELECT 1");
        await using var console = await SimpleQueryConnection.OpenAsync(
            new SimpleQueryAddress("127.0.0.1", own.Port, PoolConsole.Name, "civicq") { Password = fixture.Server.Password }, CancellationToken.None);
        await console.QueryAsync("PAUSE civicq", CancellationToken.None);
        var paused = Assert.Single(await ReadAsync(own.Port));
        Assert.Equal((true, HealthStatus.Degraded, "database 'civicq' is paused."), (paused.Paused, paused.Status, paused.Detail));
        await console.QueryAsync("RESUME civicq", CancellationToken.None);
        await console.QueryAsync("DISABLE civicq", CancellationToken.None);
        Assert.Equal(HealthStatus.Unhealthy, Assert.Single(await ReadAsync(own.Port)).Status);
        var refused = await Assert.ThrowsAsync<OperationException>(() => console.QueryAsync("SHOW NONSENSE", CancellationToken.None));
        Assert.Same(PoolerErrors.QueryFailed, refused.Definition);
        await console.QueryAsync("ENABLE civicq", CancellationToken.None);
        Assert.Equal(HealthStatus.Healthy, Assert.Single(await ReadAsync(own.Port)).Status);
    }

    [Theory]
    [InlineData("scram-sha-256")]
    [InlineData("md5")]
    [InlineData("plain")]
    [InlineData("trust")]
    public async Task Every_way_to_log_in(string way)
    {
        await using var own = await fixture.StartAsync(("auth_type", way));
        Assert.Empty(await ReadAsync(own.Port));
        Assert.Empty(await PoolReader.ReadAsync(fixture.Context(own.Port, PoolerFixture.Looker, PoolerFixture.LookerPassword), TimeSpan.Zero, CancellationToken.None));
        if (way != "trust")
        {
            Assert.Same(PoolerErrors.AuthenticationFailed, await RefusedAsync(fixture.Context(own.Port, password: "wrong")));
        }
    }

    [Fact]
    public async Task Over_TLS_the_certificate_is_judged_as_told()
    {
        var folder = Directory.CreateTempSubdirectory("civicq-tls-").FullName;
        try
        {
            var (certificate, key) = (Path.Combine(folder, "server.pem"), Path.Combine(folder, "server.key"));
            using (var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256))
            {
                var request = new CertificateRequest("CN=bouncer.example", pair, HashAlgorithmName.SHA256);
                var names = new SubjectAlternativeNameBuilder();
                names.AddDnsName("bouncer.example");
                request.CertificateExtensions.Add(names.Build());
                request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
                using var own = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(10));
                File.WriteAllText(certificate, own.ExportCertificatePem());
                File.WriteAllText(key, pair.ExportPkcs8PrivateKeyPem());
            }

            if (!OperatingSystem.IsWindows())
            {
                // PgBouncer runs as another user here.
                File.SetUnixFileMode(folder, (UnixFileMode)Convert.ToInt32("755", 8));
                File.SetUnixFileMode(key, (UnixFileMode)Convert.ToInt32("644", 8));
            }

            await using var secured = await fixture.StartAsync(("client_tls_sslmode", "require"), ("client_tls_cert_file", certificate), ("client_tls_key_file", key));
            Task<IReadOnlyList<ConnectionPool>> With(string mode, string? root) => PoolReader.ReadAsync(fixture.Context(secured.Port, sslMode: mode, root: root), TimeSpan.Zero, CancellationToken.None);
            Assert.Empty(await With("prefer", null));
            Assert.Empty(await With("require", null));
            Assert.Empty(await With("verify-ca", certificate));
            Assert.Same(PoolerErrors.CertificateRejected, await RefusedAsync(fixture.Context(secured.Port, sslMode: "verify-ca")));
            // The name is not that of the certificate.
            Assert.Same(PoolerErrors.CertificateRejected, await RefusedAsync(fixture.Context(secured.Port, sslMode: "verify-full", root: certificate)));
            Assert.Same(PoolerErrors.AuthenticationFailed, await RefusedAsync(fixture.Context(secured.Port, sslMode: "disable")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Who_may_not_look_is_refused()
    {
        Assert.Same(PoolerErrors.AuthenticationFailed, await RefusedAsync(fixture.Context(user: "stranger", password: "strange")));
        Assert.Same(PoolerErrors.AuthenticationFailed, await RefusedAsync(fixture.Context(user: "nobody")));
    }

    [Fact]
    public async Task What_is_not_there_or_is_no_PgBouncer()
    {
        Assert.Same(PoolerErrors.Unreachable, await RefusedAsync(fixture.Context(port: 1)));
        using var silent = new SilentServer();
        Assert.Same(GeneralErrors.TimedOut, await RefusedAsync(fixture.Context(silent.Port, timeout: 0.3)));
        // PostgreSQL itself has no database of that name.
        Assert.Same(PoolerErrors.AuthenticationFailed, await RefusedAsync(fixture.Context(fixture.Server.Port)));
        Assert.Same(PoolerErrors.CertificateRejected, await RefusedAsync(fixture.Context(sslMode: "require")));
        var bare = fixture.Context();
        bare = bare with { Environment = bare.Environment with { Database = bare.Environment.Database! with { Pooler = null } } };
        Assert.Same(EnvironmentErrors.ComponentNotConfigured, await RefusedAsync(bare));
    }

    [Fact]
    public async Task Health_speaks_of_the_pooler_where_there_is_one()
    {
        async Task<IReadOnlyList<HealthResult>> CheckAsync(EnvironmentContext context) =>
            await HealthRunner.CheckOneAsync(new DatabaseHealthProbe(), context, ThresholdSet.For(context.Environment), CancellationToken.None);
        Assert.Equal(["Connection", "Pool", "TransactionAge", "Pooler", "PoolerWait"], (await CheckAsync(fixture.Context())).Select(one => one.Check));
        var away = await CheckAsync(fixture.Context(port: 1));
        Assert.Equal(["Connection", "Pool", "TransactionAge", "Pooler"], away.Select(one => one.Check));
        Assert.Equal((HealthStatus.Unhealthy, "PoolerUnreachable"), (away[3].Status, away[3].ErrorId));
        var bare = fixture.Context();
        bare = bare with { Environment = bare.Environment with { Database = bare.Environment.Database! with { Pooler = null } } };
        Assert.Equal(["Connection", "Pool", "TransactionAge"], (await CheckAsync(bare)).Select(one => one.Check));
    }

    [Fact]
    public async Task Cancelled_it_ends_at_once()
    {
        using var silent = new SilentServer();
        using var stop = new CancellationTokenSource();
        var reading = PoolReader.ReadAsync(fixture.Context(silent.Port), TimeSpan.Zero, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }
}
