using CivicQ.Ops.Core.Database.Queries;
using CivicQ.Ops.Core.Database.Statistics;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Lab;

namespace CivicQ.Ops.Core.Tests.Database;

[Collection(DatabaseCollection.Name)]
public class StatisticTests(DatabaseFixture server)
{
    private Task<List<DatabaseStatistic>> ReadAsync(string[]? names, TimeSpan sample) =>
        DatabaseFixture.ListAsync(StatisticReader.ReadAsync(server.Context(), names, sample, CancellationToken.None));

    private Task<List<DatabaseIndexStatistic>> IndexesAsync(bool healthy = false, string[]? tables = null) =>
        DatabaseFixture.ListAsync(IndexReader.ReadAsync(server.Context(), null, null, tables, healthy, CancellationToken.None));

    private Task<List<SlowQuery>> SlowAsync(SlowQueryRequest request, string? user = null, string? password = null) =>
        DatabaseFixture.ListAsync(SlowQueryReader.ReadAsync(server.Context(user, password), request, CancellationToken.None));

    [Fact]
    public async Task Totals_are_the_servers_and_one_sample_has_no_rates()
    {
        await using var connection = await server.OpenAsync("statistic");
        var one = Assert.Single(await ReadAsync(["CIVIC*"], TimeSpan.Zero));
        Assert.Equal(("civicq", 60, 3), (one.Database, one.MaximumConnections, one.ReservedConnections));
        Assert.InRange(one.ServerConnections, 2, 60);
        Assert.Equal(one.ServerConnections / 57.0, one.PoolUse, 6);
        Assert.InRange(one.SizeBytes!.Value, 1_000_000, 1_000_000_000);
        Assert.InRange(one.CacheHitRatio!.Value, 0, 1);
        Assert.InRange(one.TransactionIdAge, 1, 1_000_000);
        Assert.InRange(one.WraparoundRatio, 0, 0.01);
        Assert.True(one.TransactionIdsLeft > 2_000_000_000);
        Assert.NotNull(one.OldestTable);
        Assert.Null(one.SampleDuration);
        Assert.Null(one.CommitRate);
        Assert.Equal(["civicq", "Other DB", "postgres"], (await ReadAsync(null, TimeSpan.Zero)).Select(item => item.Database).Order(StringComparer.OrdinalIgnoreCase));
        Assert.Empty(await ReadAsync(["\"; DROP TABLE users; --"], TimeSpan.Zero));
    }

    [Fact]
    public async Task Two_samples_have_rates()
    {
        var one = Assert.Single(await ReadAsync(["civicq"], TimeSpan.FromMilliseconds(200)));
        Assert.True(one.SampleDuration >= TimeSpan.FromMilliseconds(150));
        Assert.NotNull(one.CommitRate);
        Assert.NotNull(one.DeadlockRate);
    }

    [Fact]
    public void Rates_are_differences_and_a_reset_has_none()
    {
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        StatisticSample Sample(int seconds, long commits, long deadlocks, long read, long hit, DateTimeOffset? reset = null) => new(
            new DatabaseStatistic { Environment = "e", Database = "d", Commits = commits, Deadlocks = deadlocks, TemporaryBytes = commits * 10, StatisticsReset = reset }, start.AddSeconds(seconds), read, hit);
        var rates = Sample(4, 140, 3, 110, 130).Since(Sample(0, 100, 1, 100, 100));
        Assert.Equal((10, 0.5, 100, 0.75), (rates.CommitRate, rates.DeadlockRate, rates.TemporaryBytesRate, rates.SampleCacheHitRatio));
        Assert.Equal(TimeSpan.FromSeconds(4), rates.SampleDuration);
        Assert.Null(Sample(4, 140, 3, 110, 130, start.AddSeconds(2)).Since(Sample(0, 100, 1, 100, 100)).CommitRate);
        Assert.Null(Sample(4, 40, 3, 110, 130).Since(Sample(0, 100, 1, 100, 100)).CommitRate);
    }

    [Fact]
    public async Task Indexes_that_are_unused_double_or_invalid_are_found()
    {
        const string Table = "\"Odd \"\"indexes\"\"\"";
        await server.ExecuteAsync($"CREATE TABLE {Table} (id int PRIMARY KEY, a int, b text)");
        await server.ExecuteAsync($"INSERT INTO {Table} SELECT g, 1, 'x' FROM generate_series(1, 10) g");
        await server.ExecuteAsync($"CREATE INDEX unused ON {Table} (a); CREATE INDEX first ON {Table} (lower(b)) WHERE a > 0; CREATE INDEX \"second; --\" ON {Table} (lower(b)) WHERE a > 0; CREATE INDEX other ON {Table} (lower(b)) WHERE a > 1; CREATE INDEX key_again ON {Table} (id)");
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => server.ExecuteAsync($"CREATE UNIQUE INDEX CONCURRENTLY broken ON {Table} (a)"));
        var problems = (await IndexesAsync(tables: ["Odd*"])).ToDictionary(index => index.Index);
        Assert.Equal(DatabaseIndexProblem.Unused, problems["unused"].Problem);
        Assert.Equal((DatabaseIndexProblem.Duplicate, "first"), (problems["second; --"].Problem, problems["second; --"].DuplicateOf));
        Assert.Equal((DatabaseIndexProblem.Duplicate, "Odd \"indexes\"_pkey"), (problems["key_again"].Problem, problems["key_again"].DuplicateOf));
        Assert.Equal((DatabaseIndexProblem.Invalid, false), (problems["broken"].Problem, problems["broken"].IsValid));
        Assert.Equal(DatabaseIndexProblem.Unused, problems["other"].Problem);
        Assert.DoesNotContain("Odd \"indexes\"_pkey", problems.Keys);
        Assert.Contains("CREATE INDEX", problems["unused"].Definition, StringComparison.Ordinal);
        Assert.Equal(DatabaseIndexProblem.None, (await IndexesAsync(healthy: true, ["Odd*"])).Single(index => index.IsConstraint).Problem);
        await server.ExecuteAsync($"DROP TABLE {Table}");
    }

    [Fact]
    public async Task An_index_whose_columns_begin_another_is_redundant()
    {
        await server.ExecuteAsync("""
            CREATE TABLE "Pre fixes" (id int PRIMARY KEY, a int, b text, c int);
            INSERT INTO "Pre fixes" SELECT g, g, 'x' || g, g FROM generate_series(1, 5000) g;
            CREATE INDEX long ON "Pre fixes" (a, b, c);
            CREATE INDEX "short; --" ON "Pre fixes" (a);
            CREATE INDEX middle ON "Pre fixes" (a, b);
            CREATE INDEX of_key ON "Pre fixes" (id);
            CREATE UNIQUE INDEX enforcing ON "Pre fixes" (a) WHERE a > 0;
            CREATE INDEX downwards ON "Pre fixes" (a DESC);
            CREATE INDEX pattern ON "Pre fixes" (b text_pattern_ops);
            CREATE INDEX b_long ON "Pre fixes" (b, a);
            CREATE INDEX collated ON "Pre fixes" (b COLLATE "POSIX");
            CREATE INDEX partial ON "Pre fixes" (b) WHERE a > 7;
            CREATE INDEX hashed ON "Pre fixes" USING hash (a);
            CREATE INDEX carrying ON "Pre fixes" (a) INCLUDE (b);
            CREATE INDEX expression ON "Pre fixes" ((a + 1));
            CREATE INDEX expression_long ON "Pre fixes" ((a + 1), b);
            CREATE INDEX c_idle ON "Pre fixes" (c);
            CREATE INDEX c_long_idle ON "Pre fixes" (c, a);
            ANALYZE "Pre fixes"
            """);
        var all = await IndexesAsync(healthy: true, tables: ["Pre fixes"]);
        // Nothing is in use yet, so nothing is given as superfluous because of what may be superfluous itself.
        Assert.DoesNotContain(all, index => index.Problem == DatabaseIndexProblem.Redundant);
        Assert.Equal((DatabaseIndexProblem.Duplicate, "Pre fixes_pkey"), all.Where(index => index.Index == "of_key").Select(index => (index.Problem, index.DuplicateOf)).Single());

        // Scans count though the transaction is rolled back, in which the planner has no other index to choose.
        await server.ExecuteAsync("""
            BEGIN;
            DROP INDEX "short; --", middle, enforcing, downwards, pattern, collated, partial, hashed, carrying;
            SET LOCAL enable_seqscan = off;
            SELECT c FROM "Pre fixes" WHERE a = 7;
            SELECT c FROM "Pre fixes" WHERE b = 'x7';
            ROLLBACK
            """);
        await server.UntilAsync("SELECT count(*) = 2 FROM pg_stat_user_indexes WHERE indexrelname IN ('long', 'b_long') AND idx_scan > 0");
        var problems = (await IndexesAsync(healthy: true, tables: ["Pre fixes"])).ToDictionary(index => index.Index);
        Assert.Equal(["middle: long", "short; --: long"], problems.Values.Where(index => index.Problem == DatabaseIndexProblem.Redundant).Select(index => $"{index.Index}: {index.DuplicateOf}").Order(StringComparer.Ordinal));
        Assert.Equal(DatabaseIndexProblem.None, problems["enforcing"].Problem);
        Assert.Equal(DatabaseIndexProblem.None, problems["long"].Problem);
        Assert.Equal(DatabaseIndexProblem.Unused, problems["c_idle"].Problem);
        await server.ExecuteAsync("DROP TABLE \"Pre fixes\"");
    }

    [Fact]
    public async Task Of_two_identical_indexes_the_one_to_keep_is_not_called_unused_while_the_server_uses_the_other()
    {
        await server.ExecuteAsync("CREATE TABLE twins (a int, b text); INSERT INTO twins SELECT g, 'x' FROM generate_series(1, 5000) g; CREATE INDEX kept ON twins (a); CREATE INDEX other ON twins (a); ANALYZE twins");
        await server.ExecuteAsync("SET enable_seqscan = off; SELECT b FROM twins WHERE a = 7");
        await server.UntilAsync("SELECT sum(idx_scan) > 0 FROM pg_stat_user_indexes WHERE relname = 'twins'");
        var one = Assert.Single(await IndexesAsync(tables: ["twins"]));
        Assert.Equal(("other", DatabaseIndexProblem.Duplicate, "kept"), (one.Index, one.Problem, one.DuplicateOf));
        await server.ExecuteAsync("DROP TABLE twins");
    }

    [Fact]
    public async Task The_slow_statements_come_in_order_with_their_share()
    {
        await server.ExecuteAsync("SELECT pg_stat_statements_reset()");
        await server.ExecuteAsync("SELECT pg_sleep(0.3)");
        await server.ExecuteAsync("SELECT name FROM users");
        await server.ExecuteAsync("SELECT name FROM users");
        var slow = await SlowAsync(new SlowQueryRequest());
        Assert.Equal("SELECT pg_sleep($1)", slow[0].Query);
        Assert.True(slow[0].MeanTime >= TimeSpan.FromMilliseconds(290));
        Assert.InRange(slow[0].TotalTimeShare, 0.3, 1);
        Assert.Equal(1, slow.Sum(one => one.TotalTimeShare), 3);
        Assert.Equal(("civicq", "postgres"), (slow[0].Database, slow[0].User));
        Assert.NotNull(slow[0].Since);
        var users = slow.Single(one => one.Query == "SELECT name FROM users");
        Assert.Equal((2, 200, 100.0), (users.Calls, users.Rows, users.RowsPerCall));
        Assert.Equal(["SELECT pg_sleep($1)"], (await SlowAsync(new SlowQueryRequest { MinimumMeanTime = TimeSpan.FromMilliseconds(290) })).Select(one => one.Query).Where(query => query!.Contains("pg_sleep", StringComparison.Ordinal)));
        Assert.Single(await SlowAsync(new SlowQueryRequest { Top = 1 }));
        Assert.Equal("SELECT name FROM users", (await SlowAsync(new SlowQueryRequest { OrderBy = SlowQueryOrder.Rows }))[0].Query);
        var calls = await SlowAsync(new SlowQueryRequest { OrderBy = SlowQueryOrder.Calls });
        Assert.Equal(calls.Select(one => one.Calls).OrderDescending(), calls.Select(one => one.Calls));
        Assert.Empty(await SlowAsync(new SlowQueryRequest { Databases = ["\"; DROP TABLE users; --"] }));
        Assert.Contains(await SlowAsync(new SlowQueryRequest { Top = 1000 }, DatabaseFixture.Nobody, "nothing"), one => one is { IsHidden: true, Query: null, QueryId: null });
    }

    [Fact]
    public async Task The_extension_is_found_in_another_schema_and_in_an_older_version()
    {
        await server.ExecuteAsync("CREATE SCHEMA \"my; \"\"stats\"\"\"; CREATE EXTENSION pg_stat_statements SCHEMA \"my; \"\"stats\"\"\" VERSION '1.7'", "Other DB");
        var context = server.Context(database: "Other DB");
        var found = await DatabaseFixture.ListAsync(SlowQueryReader.ReadAsync(context, new SlowQueryRequest { Databases = ["*"] }, CancellationToken.None));
        Assert.NotEmpty(found);
        Assert.All(found, one => Assert.Null(one.Since));
    }

    [Fact]
    public async Task Where_the_extension_is_missing_the_error_says_how_to_install_it()
    {
        var error = await Assert.ThrowsAsync<OperationException>(() =>
            DatabaseFixture.ListAsync(SlowQueryReader.ReadAsync(server.Context(database: "postgres"), new SlowQueryRequest(), CancellationToken.None)));
        Assert.Equal(DatabaseErrors.StatementStatisticsNotInstalled, error.Definition);
        Assert.Contains("shared_preload_libraries", error.Message, StringComparison.Ordinal);
        Assert.Contains("CREATE EXTENSION pg_stat_statements", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_library_is_not_loaded_the_error_is_the_same()
    {
        await using var other = await LabPostgres.StartAsync(new LabPostgresOptions { Settings = new Dictionary<string, string> { ["shared_preload_libraries"] = "" } });
        await using (var connection = new Npgsql.NpgsqlConnection(other.ConnectionString))
        {
            await connection.OpenAsync();
            await DatabaseFixture.ExecuteAsync(connection, "CREATE EXTENSION pg_stat_statements");
        }

        var context = server.Context(port: other.Port, password: other.Password, database: "postgres");
        var error = await Assert.ThrowsAsync<OperationException>(() => DatabaseFixture.ListAsync(SlowQueryReader.ReadAsync(context, new SlowQueryRequest(), CancellationToken.None)));
        Assert.Equal(DatabaseErrors.StatementStatisticsNotInstalled, error.Definition);
    }
}
