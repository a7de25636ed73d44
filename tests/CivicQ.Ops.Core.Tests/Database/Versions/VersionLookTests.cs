using System.Globalization;
using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Database.Locks;
using CivicQ.Ops.Core.Database.Queries;
using CivicQ.Ops.Core.Database.Sessions;
using CivicQ.Ops.Core.Database.Statistics;
using CivicQ.Ops.Core.Database.Tables;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Tests.Database.Maintenance;

namespace CivicQ.Ops.Core.Tests.Database.Versions;

/// <summary>Every question that looks, asked of each major version.</summary>
[Collection(PostgresCollection.Name)]
public sealed class VersionLookTests(VersionsFixture versions)
{
    private const int LastScanSince = 16;
    private const int StatementsSinceSince = 14;

    public static TheoryData<string> Majors => [.. PostgresPrograms.Versions];

    private static int Number(string major) => int.Parse(major, CultureInfo.InvariantCulture);

    private static Task<List<T>> ListAsync<T>(IAsyncEnumerable<T> items) => DatabaseFixture.ListAsync(items);

    private async Task<TestDatabase> DatabaseAsync(string major, string? sql = null)
    {
        var server = await versions.ServerAsync(major);
        Assert.StartsWith(major + ".", server.Version, StringComparison.Ordinal);
        return await TestDatabase.CreateAsync(server, sql);
    }

    [SkippableTheory]
    [MemberData(nameof(Majors))]
    public async Task Sessions_and_what_they_do(string major)
    {
        await using var database = await DatabaseAsync(major);
        await using var session = await database.OpenAsync("the one");
        await TestDatabase.RunAsync(session, "BEGIN; SELECT 42");
        var found = Assert.Single(await ListAsync(SessionReader.ReadAsync(database.Context(), new SessionFilter { Databases = [database.Name], Applications = ["the one"] }, default)));
        Assert.Equal((session.ProcessID, DatabaseSessionState.IdleInTransaction, "SELECT 42"), (found.ProcessId, found.State, found.Query));
        Assert.NotNull(found.TransactionStart);
        var all = await ListAsync(SessionReader.ReadAsync(database.Context(), new SessionFilter { IncludeBackground = true }, default));
        Assert.Contains(all, one => one.BackendType == "checkpointer");
        Assert.Single(all, one => one.IsOwn);
    }

    [SkippableTheory]
    [MemberData(nameof(Majors))]
    public async Task Locks_as_a_tree(string major)
    {
        await using var database = await DatabaseAsync(major, "CREATE TABLE users (id int); INSERT INTO users VALUES (1)");
        await using var root = await database.OpenAsync("root");
        await using var waiter = await database.OpenAsync("waiter");
        await TestDatabase.RunAsync(root, "BEGIN; UPDATE users SET id = 2");
        var waiting = TestDatabase.RunAsync(waiter, "UPDATE users SET id = 3");
        await database.UntilAsync($"SELECT cardinality(pg_blocking_pids({waiter.ProcessID})) > 0");
        var tree = await ListAsync(LockReader.ReadAsync(database.Context(), default));
        Assert.Equal([(root.ProcessID, 0, 1), (waiter.ProcessID, 1, 0)], tree.Select(one => (one.ProcessId, one.Depth, one.Blocks)));
        Assert.True(tree[1].WaitingFor >= TimeSpan.Zero);
        Assert.Equal("public.users", tree[1].Relation);
        await TestDatabase.RunAsync(root, "ROLLBACK");
        await waiting;
    }

    [SkippableTheory]
    [MemberData(nameof(Majors))]
    public async Task Slow_statements_of_its_own_extension(string major)
    {
        var server = await versions.ServerAsync(major);
        await using var database = await DatabaseAsync(major, "CREATE EXTENSION pg_stat_statements");
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await database.RunAsync("SELECT generate_series(1, 7) AS wanted");
        }

        var slow = await ListAsync(SlowQueryReader.ReadAsync(database.Context(), new SlowQueryRequest { Top = 1000 }, default));
        var wanted = Assert.Single(slow, one => one.Query?.Contains("wanted", StringComparison.Ordinal) is true);
        Assert.Equal((3, 21, 7.0, database.Name, server.User), (wanted.Calls, wanted.Rows, wanted.RowsPerCall, wanted.Database, wanted.User));
        Assert.True(wanted.TotalTime >= wanted.MaximumTime && wanted.MaximumTime >= wanted.MeanTime && wanted.MeanTime >= wanted.MinimumTime);
        Assert.Equal(Number(major) >= StatementsSinceSince, wanted.Since is not null);
        Assert.Equal(1, slow.Sum(one => one.TotalTimeShare), 3);
    }

    [SkippableTheory]
    [MemberData(nameof(Majors))]
    public async Task Statistics_of_databases_and_indexes(string major)
    {
        await using var database = await DatabaseAsync(
            major, "CREATE TABLE t (id int PRIMARY KEY, a int); CREATE INDEX a ON t (a); CREATE INDEX a_again ON t (a); INSERT INTO t SELECT g, g FROM generate_series(1, 5000) g; ANALYZE");
        await database.RunAsync("SET enable_seqscan = off; SELECT * FROM t WHERE id = 7");
        var one = Assert.Single(await ListAsync(StatisticReader.ReadAsync(database.Context(), [database.Name], TimeSpan.FromMilliseconds(100), default)));
        Assert.Equal((database.Name, 40), (one.Database, one.MaximumConnections));
        Assert.NotNull(one.CommitRate);
        Assert.NotNull(one.OldestTable);
        Assert.InRange(one.WraparoundRatio, 0, 0.01);

        await database.UntilAsync("SELECT idx_scan > 0 FROM pg_stat_user_indexes WHERE indexrelname = 't_pkey'");
        var indexes = (await ListAsync(IndexReader.ReadAsync(database.Context(), null, null, null, true, default))).ToDictionary(index => index.Index);
        Assert.Equal((DatabaseIndexProblem.Duplicate, "a"), (indexes["a_again"].Problem, indexes["a_again"].DuplicateOf));
        Assert.Equal(DatabaseIndexProblem.None, indexes["t_pkey"].Problem);
        Assert.Equal(Number(major) >= LastScanSince, indexes["t_pkey"].LastScan is not null);
    }

    [SkippableTheory]
    [MemberData(nameof(Majors))]
    public async Task Sizes_and_bloat_by_each_method(string major)
    {
        await using var database = await DatabaseAsync(major, "CREATE EXTENSION pgstattuple; CREATE TABLE t (id int PRIMARY KEY, body text); INSERT INTO t SELECT g, repeat('x', 100) FROM generate_series(1, 20000) g");
        await database.RunAsync("DELETE FROM t WHERE id % 2 = 0; ANALYZE t");
        await database.RunAsync("VACUUM t");
        var size = Assert.Single(await ListAsync(TableSizeReader.ReadAsync(database.Context(), null, null, ["t"], default)));
        Assert.Equal(size.TotalBytes, await database.ValueAsync<long>("SELECT pg_total_relation_size('t')"));
        foreach (var method in new[] { TableBloatMethod.Exact, TableBloatMethod.Approximate, TableBloatMethod.Estimate })
        {
            var bloat = Assert.Single(await ListAsync(TableBloatReader.ReadAsync(database.Context(), new TableBloatRequest { Tables = ["t"], Method = method }, default)));
            Assert.Equal(method, bloat.Method);
            Assert.InRange(bloat.BloatRatio, 0.3, 0.7);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Majors))]
    public async Task Queries_of_ones_own(string major)
    {
        await using var database = await DatabaseAsync(major);
        var row = Assert.Single(await ListAsync(QueryRunner.RunAsync(
            database.Context(), new QueryRequest { Query = "SELECT @a::int + 1 AS n, current_setting('transaction_read_only') AS guard", Parameters = new Dictionary<string, object?> { ["a"] = 41 } }, default)));
        Assert.Equal([42, "on"], row.Values);
    }

    [SkippableTheory]
    [MemberData(nameof(Majors))]
    public async Task Health_in_one_question(string major)
    {
        await using var database = await DatabaseAsync(major, "CREATE EXTENSION pg_stat_statements");
        await database.RunAsync("SELECT 1");
        var context = database.Context();
        var results = await new DatabaseHealthProbe().CheckAsync(context, ThresholdSet.For(context.Environment), default);
        Assert.All(results, result => Assert.Null(result.ErrorId));
        Assert.Contains(results, result => result.Check == "Connection" && result.Detail.Contains(major + ".", StringComparison.Ordinal));
        Assert.NotNull(results.Single(result => result.Check == "QueryTime").Value);
        Assert.NotNull(results.Single(result => result.Check == "Pool").Value);
    }
}
