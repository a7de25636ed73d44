using CivicQ.Ops.Core.Database.Tables;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Growth;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Tests.Web;

namespace CivicQ.Ops.Core.Tests.Database;

[Collection(DatabaseCollection.Name)]
public class TableTests(DatabaseFixture server)
{
    private Task<List<DatabaseTableSize>> SizesAsync(params string[] tables) =>
        DatabaseFixture.ListAsync(TableSizeReader.ReadAsync(server.Context(), null, null, tables, CancellationToken.None));

    private Task<List<DatabaseTableBloat>> BloatAsync(TableBloatRequest request, string? user = null, string? password = null, IOperationReporter? reporter = null) =>
        DatabaseFixture.ListAsync(TableBloatReader.ReadAsync(server.Context(user, password, reporter), request, CancellationToken.None));

    [Fact]
    public async Task Sizes_add_up_and_are_the_servers()
    {
        await server.ExecuteAsync("CREATE TABLE sized (id int PRIMARY KEY, body text); ALTER TABLE sized ALTER body SET STORAGE EXTERNAL");
        await server.ExecuteAsync("INSERT INTO sized SELECT g, repeat(md5(g::text), 200) FROM generate_series(1, 50) g");
        await server.ExecuteAsync("ANALYZE sized");
        var size = Assert.Single(await SizesAsync("sized"));
        Assert.Equal(await server.ScalarAsync<long>("SELECT pg_total_relation_size('sized')"), size.TotalBytes);
        Assert.Equal(await server.ScalarAsync<long>("SELECT pg_indexes_size('sized')"), size.IndexBytes);
        Assert.Equal(size.TotalBytes, size.HeapBytes + size.IndexBytes + size.ToastBytes);
        Assert.True(size.ToastBytes > 50 * 6400);
        Assert.Equal(("civicq", "public", 50L, false), (size.Database, size.Schema, size.RowsEstimate, size.IsLocked));
        Assert.Single(await SizesAsync(DatabaseFixture.Evil));
        Assert.DoesNotContain(await SizesAsync(), one => one.Schema.StartsWith("pg_", StringComparison.Ordinal));
        await server.ExecuteAsync("DROP TABLE sized");
    }

    [Fact]
    public async Task A_table_that_is_held_is_not_waited_for()
    {
        await using var holder = await server.OpenAsync("holder");
        await DatabaseFixture.ExecuteAsync(holder, "BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE");
        var size = Assert.Single(await SizesAsync("users"));
        Assert.True(size.IsLocked);
        Assert.True(size.TotalBytes > 0);
        var bloat = Assert.Single(await BloatAsync(new TableBloatRequest { Tables = ["users"] }));
        Assert.Equal(TableBloatMethod.Estimate, bloat.Method);
    }

    [Fact]
    public void Growth_is_what_came_since_the_last_look()
    {
        using var folder = new TemporaryFolder();
        var before = Environment.GetEnvironmentVariable("CIVICQ_STATE");
        Environment.SetEnvironmentVariable("CIVICQ_STATE", folder.Path);
        try
        {
            var reporter = new RecordingReporter();
            var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
            (long? Bytes, DateTimeOffset? Since) Look(int day, long bytes, string table = DatabaseFixture.Evil, string kind = "table-sizes")
            {
                var history = SizeHistory.Open(kind, "lab", "civicq", reporter, start.AddDays(day));
                var grown = history.Grow(bytes, "public", table);
                history.Save();
                return grown;
            }

            Assert.Equal((null, null), Look(0, 1000));
            Assert.Equal((null, null), Look(1, 50, "another"));
            // What has the same names and is of another kind is something else.
            Assert.Equal((null, null), Look(1, 7, kind: "storage-sizes"));
            Assert.Equal((500, start), Look(2, 1500));
            Assert.Equal((-700, start.AddDays(2)), Look(3, 800));
            Assert.Empty(reporter.Warnings);
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SizeHistory.PathOf("table-sizes", "lab", "civicq")));
            }

            File.WriteAllText(SizeHistory.PathOf("table-sizes", "lab", "civicq"), "{broken");
            Assert.Null(Look(4, 900).Bytes);
            Assert.Single(reporter.Warnings);
            Assert.Equal(100, Look(5, 1000).Bytes);
        }
        finally
        {
            Environment.SetEnvironmentVariable("CIVICQ_STATE", before);
        }
    }

    [Fact]
    public async Task Bloat_is_measured_and_the_estimate_is_near()
    {
        await server.ExecuteAsync("CREATE TABLE \"Bloated [1]\" (id int PRIMARY KEY, body text)");
        await server.ExecuteAsync("INSERT INTO \"Bloated [1]\" SELECT g, repeat('x', 100) FROM generate_series(1, 20000) g");
        await server.ExecuteAsync("UPDATE \"Bloated [1]\" SET body = repeat('y', 100)");
        await server.ExecuteAsync("ANALYZE \"Bloated [1]\"");
        await server.UntilAsync("SELECT n_dead_tup > 10000 FROM pg_stat_user_tables WHERE relname = 'Bloated [1]'");
        var request = new TableBloatRequest { Tables = ["Bloated*"] };
        var exact = Assert.Single(await BloatAsync(request));
        Assert.Equal((TableBloatMethod.Exact, true, 20000, 20000), (exact.Method, exact.IsReliable, exact.LiveTuples, exact.DeadTuples));
        Assert.InRange(exact.BloatRatio, 0.4, 0.6);
        Assert.Equal(0.5, exact.DeadTupleRatio, 3);
        Assert.Equal("Invoke-CivicQVacuum -Analyze -Table 'Bloated `[1`]' -Schema public -Database civicq -Environment 'it''s lab'", exact.Remedy);
        Assert.NotNull(exact.LastAnalyze);
        Assert.Null(exact.LastVacuum);
        var estimate = Assert.Single(await BloatAsync(request with { Method = TableBloatMethod.Estimate }));
        Assert.Equal(TableBloatMethod.Estimate, estimate.Method);
        Assert.True(estimate.IsReliable);
        Assert.InRange(estimate.BloatRatio, exact.BloatRatio - 0.1, exact.BloatRatio + 0.1);
        Assert.Equal(TableBloatMethod.Approximate, Assert.Single(await BloatAsync(request with { ApproximateFromBytes = 0 })).Method);
        Assert.Equal(TableBloatMethod.Approximate, Assert.Single(await BloatAsync(request with { Method = TableBloatMethod.Approximate })).Method);
        await server.ExecuteAsync("VACUUM FULL \"Bloated [1]\"");
        Assert.InRange(Assert.Single(await BloatAsync(request)).BloatRatio, 0, 0.1);
        await server.ExecuteAsync("DROP TABLE \"Bloated [1]\"");
    }

    [Fact]
    public async Task Without_the_privilege_bloat_is_estimated_and_that_is_said()
    {
        var reporter = new RecordingReporter();
        var all = await BloatAsync(new TableBloatRequest(), DatabaseFixture.Nobody, "nothing", reporter);
        Assert.NotEmpty(all);
        Assert.All(all, one => Assert.Equal(TableBloatMethod.Estimate, one.Method));
        Assert.Contains("pg_stat_scan_tables", Assert.Single(reporter.Warnings), StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<OperationException>(() => BloatAsync(new TableBloatRequest { Method = TableBloatMethod.Exact }, DatabaseFixture.Nobody, "nothing"));
        Assert.Equal(DatabaseErrors.PermissionDenied, refused.Definition);
    }

    [Fact]
    public async Task Without_the_extension_bloat_is_estimated_and_measuring_is_an_error()
    {
        await server.ExecuteAsync("DROP TABLE IF EXISTS fresh; CREATE TABLE fresh (id int)", "postgres");
        var request = new TableBloatRequest { Database = "postgres", Tables = ["fresh"] };
        Assert.False(Assert.Single(await BloatAsync(request)).IsReliable);
        Assert.Equal(DatabaseErrors.TupleStatisticsNotInstalled, (await Assert.ThrowsAsync<OperationException>(() => BloatAsync(request with { Method = TableBloatMethod.Exact }))).Definition);
    }

    [Theory]
    [InlineData(60, 30_000, 20_000, true, "Invoke-CivicQVacuum -Analyze")]
    [InlineData(90, 200L << 20, 0, true, "Invoke-CivicQVacuum -Full")]
    [InlineData(90, 200L << 20, 0, false, "Update-CivicQStatistics")]
    [InlineData(10, 200L << 20, 0, true, "")]
    public void The_remedy_fits(int percent, long bytes, long dead, bool reliable, string command)
    {
        var bloat = TableBloatJudge.Judge(new DatabaseTableBloat
        {
            Environment = "lab", Database = "civicq", Schema = "public", Table = "t", SizeBytes = bytes * 100 / percent, BloatBytes = bytes, LiveTuples = 50_000, DeadTuples = dead, IsReliable = reliable,
        });
        Assert.StartsWith(command, bloat.Remedy, StringComparison.Ordinal);
        Assert.Equal(command.Length == 0, bloat.Remedy.Length == 0);
    }
}
