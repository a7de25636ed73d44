using CivicQ.Ops.Core.Database.Queries;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Tests.Web;

namespace CivicQ.Ops.Core.Tests.Database;

[Collection(DatabaseCollection.Name)]
public class QueryRunnerTests(DatabaseFixture server)
{
    private Task<List<QueryRow>> RunAsync(string query, params (string Name, object? Value)[] parameters) => RunAsync(new QueryRequest { Query = query, Parameters = parameters.ToDictionary(one => one.Name, one => one.Value) });

    private Task<List<QueryRow>> RunAsync(QueryRequest request, RecordingReporter? reporter = null) =>
        DatabaseFixture.ListAsync(QueryRunner.RunAsync(server.Context(reporter: reporter), request, CancellationToken.None));

    private static async Task<ErrorDefinition> FailureAsync(Task task) => (await Assert.ThrowsAsync<OperationException>(() => task)).Definition;

    public static TheoryData<string, object?> Values => new()
    {
        { "true", true }, { "1::smallint", (short)1 }, { "2", 2 }, { "3::bigint", 3L }, { "1.50::numeric", 1.50m }, { "'NaN'::numeric", "NaN" },
        { "1234567890123456789012345678901234567890::numeric", "1234567890123456789012345678901234567890" },
        { "1.5::real", 1.5f }, { "'-Infinity'::float8", double.NegativeInfinity }, { "'text'", "text" }, { "''::text", "" }, { "NULL", null }, { "NULL::int[]", null },
        { "'2026-01-02 03:04:05.123456+02'::timestamptz", new DateTimeOffset(2026, 1, 2, 1, 4, 5, TimeSpan.Zero).AddTicks(1234560) },
        { "'infinity'::timestamptz", DateTimeOffset.MaxValue }, { "'0044-03-15 BC'::date", "0044-03-15 BC" },
        { "'2026-01-02 03:04:05'::timestamp", new DateTime(2026, 1, 2, 3, 4, 5) }, { "'2026-01-02'::date", new DateOnly(2026, 1, 2) }, { "'24:00'::time", TimeSpan.FromDays(1) },
        { "interval '2 days -3 hours'", TimeSpan.FromDays(2) - TimeSpan.FromHours(3) }, { "interval '1 month'", "1 mon" }, { "interval '0'", TimeSpan.Zero },
        { "'{\"a\": [1, null]}'::jsonb", "{\"a\": [1, null]}" }, { "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid", Guid.Parse("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11") },
        { "'\\xdead'::bytea", new byte[] { 0xde, 0xad } }, { "'{1,NULL,3}'::int[]", new object?[] { 1, null, 3 } }, { "ARRAY['a','b \"c\"','NULL','', 'x,y']", new object?[] { "a", "b \"c\"", "NULL", "", "x,y" } },
        { "ARRAY[[1,2],[3,4]]", new object?[] { new object?[] { 1, 2 }, new object?[] { 3, 4 } } }, { "'[0:1]={7,8}'::int[]", new object?[] { 7, 8 } }, { "'{}'::text[]", Array.Empty<object?>() },
        { "ROW(1, 'x')", "(1,x)" }, { "int4range(1, 5)", "[1,5)" }, { "'10.0.0.1'::inet", "10.0.0.1" }, { "'users'::regclass", "users" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Each_type_is_NETs_own(string expression, object? value) => Assert.Equal(value, Assert.Single(await RunAsync($"SELECT {expression}")).Values[0]);

    [Fact]
    public async Task Columns_have_names_that_can_be_properties()
    {
        var row = Assert.Single(await RunAsync("SELECT 1 AS id, 2 AS \"ID\", 3, 4 AS \"id_2\", 5 AS \"\"\"; DROP TABLE users; --\", 6 AS \"Column3\""));
        Assert.Equal(["id", "ID_3", "Column3", "id_2", DatabaseFixture.Evil, "Column3_2"], row.Columns);
        Assert.Equal([1, 2, 3, 4, 5, 6], row.Values);
    }

    [Fact]
    public async Task Parameters_are_values_and_never_SQL()
    {
        Assert.Empty(await RunAsync("SELECT * FROM users WHERE name = @name", ("name", "x'; DROP TABLE users; --")));
        Assert.Equal(["user 7"], (await RunAsync("SELECT name FROM users WHERE id = :id", ("@id", "7"))).Select(row => row.Values[0]));
        Assert.Equal([1, 2], (await RunAsync("SELECT id FROM users WHERE id = ANY (@ids) ORDER BY id", ("ids", new object[] { 1, 2 }))).Select(row => row.Values[0]));
        Assert.Equal(["user 3"], (await RunAsync("SELECT name FROM users WHERE name = ANY (@names)", ("names", new object?[] { "user 3", null }))).Select(row => row.Values[0]));
        Assert.Null(Assert.Single(await RunAsync("SELECT @nothing::text", ("nothing", null))).Values[0]);
        var moment = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2));
        Assert.Equal(moment.ToUniversalTime(), Assert.Single(await RunAsync("SELECT @t", ("t", moment))).Values[0]);
        Assert.Equal(DatabaseErrors.ParameterInvalid, await FailureAsync(RunAsync("SELECT @a", ("a", new object()))));
        Assert.Equal(DatabaseErrors.ParameterInvalid, await FailureAsync(RunAsync("SELECT @a", ("a", "nul\0"))));
        Assert.Equal(DatabaseErrors.ParameterInvalid, await FailureAsync(RunAsync("SELECT @a", ("a", new object[] { 1, "x" }))));
        Assert.Equal(DatabaseErrors.ParameterInvalid, await FailureAsync(RunAsync("SELECT 1", ("a b", 1))));
        Assert.Equal(100, await server.ScalarAsync<long>("SELECT count(*) FROM users"));
    }

    [Fact]
    public async Task Nothing_is_written_unless_it_is_allowed()
    {
        Assert.Equal(DatabaseErrors.ReadOnly, await FailureAsync(RunAsync("DELETE FROM users")));
        Assert.Equal(DatabaseErrors.ReadOnly, await FailureAsync(RunAsync("COMMIT; DELETE FROM users")));
        Assert.Equal(DatabaseErrors.ReadOnly, await FailureAsync(RunAsync("CREATE TABLE intruder (id int)")));
        Assert.Equal(100, await server.ScalarAsync<long>("SELECT count(*) FROM users"));
        var reporter = new RecordingReporter();
        var rows = await RunAsync(new QueryRequest { Query = "CREATE TABLE scratch (id int); INSERT INTO scratch SELECT generate_series(1, 5) RETURNING id", AllowWrite = true, MaximumRows = 2 }, reporter);
        Assert.Equal([1, 2], rows.Select(row => row.Values[0]));
        Assert.Equal(5, await server.ScalarAsync<long>("SELECT count(*) FROM scratch"));
        Assert.Contains("more than 2 rows", Assert.Single(reporter.Warnings), StringComparison.Ordinal);
        await RunAsync(new QueryRequest { Query = "VACUUM scratch", AllowWrite = true });
        await RunAsync(new QueryRequest { Query = "DROP TABLE scratch", AllowWrite = true });
    }

    [Fact]
    public async Task Several_statements_give_their_rows_one_after_the_other()
    {
        var rows = await RunAsync("SELECT 1 AS a; SELECT 'x' AS b, 2 AS c; SELECT 3 WHERE false");
        Assert.Equal(["a=1", "b=x c=2"], rows.Select(row => string.Join(' ', row.Columns.Zip(row.Values, (name, value) => $"{name}={value}"))));
    }

    [Fact]
    public async Task Notices_are_told()
    {
        var reporter = new RecordingReporter();
        await RunAsync(new QueryRequest { Query = "DO $$ BEGIN RAISE NOTICE 'hello'; RAISE WARNING 'take care'; END $$" }, reporter);
        Assert.Contains("it's lab: hello", reporter.All);
        Assert.Equal(["it's lab: take care"], reporter.Warnings);
    }

    [Theory]
    [InlineData("SELCT 1", "character 1")]
    [InlineData("SELECT * FROM nowhere", "character 15")]
    [InlineData("SELECT nothing FROM users", "nothing")]
    [InlineData("SELECT 'x'::int", "invalid input syntax")]
    [InlineData("COPY users TO STDOUT", "")]
    public async Task What_the_server_does_not_understand_is_said_with_its_place(string query, string text)
    {
        var error = await Assert.ThrowsAsync<OperationException>(() => RunAsync(query));
        Assert.Equal(DatabaseErrors.StatementInvalid, error.Definition);
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_stream_and_leaving_early_ends_the_statement()
    {
        // Far more rows than anybody could read: that it ends shows that rows come as they are made.
        var reporter = new RecordingReporter();
        var rows = await RunAsync(new QueryRequest { Query = "SELECT generate_series(1, 1000000000000) /* streamed */", MaximumRows = 3 }, reporter);
        Assert.Equal([1L, 2L, 3L], rows.Select(row => row.Values[0]));
        Assert.Single(reporter.Warnings);
        Assert.Empty((await RunAsync(new QueryRequest { Query = "SELECT 1 WHERE false", MaximumRows = 1 })));
        await using (var enumerator = QueryRunner.RunAsync(server.Context(), new QueryRequest { Query = "SELECT generate_series(1, 1000000000000) /* streamed */" }, CancellationToken.None).GetAsyncEnumerator())
        {
            Assert.True(await enumerator.MoveNextAsync());
        }

        await server.UntilAsync("SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'CivicQ.Ops' AND state = 'active' AND query LIKE '%streamed%')");
    }

    [Fact]
    public async Task A_million_rows_need_no_memory()
    {
        long count = 0, most = 0;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await foreach (var row in QueryRunner.RunAsync(server.Context(), new QueryRequest { Query = "SELECT g, md5(g::text) FROM generate_series(1, 1000000) g" }, CancellationToken.None))
        {
            if (++count % 250_000 == 0)
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            }
        }

        Assert.Equal(1_000_000, count);
        Assert.True(most < 32 << 20, $"{most} bytes more");
    }

    [Fact]
    public async Task A_statement_is_cancelled_on_the_server_by_time_and_by_hand()
    {
        const string Sleeping = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT pg_sleep(600)')";
        Assert.Equal(GeneralErrors.TimedOut, await FailureAsync(RunAsync(new QueryRequest { Query = "SELECT pg_sleep(600)", Timeout = TimeSpan.FromSeconds(1) })));
        await server.UntilAsync($"SELECT NOT ({Sleeping})");
        using var stop = new CancellationTokenSource();
        var running = DatabaseFixture.ListAsync(QueryRunner.RunAsync(server.Context(), new QueryRequest { Query = "SELECT pg_sleep(600)", AllowWrite = true }, stop.Token));
        await server.UntilAsync(Sleeping);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await server.UntilAsync($"SELECT NOT ({Sleeping})");
    }

    [Fact]
    public async Task A_session_that_is_ended_is_an_error()
    {
        var running = RunAsync("SELECT pg_sleep(599)");
        await server.UntilAsync("SELECT coalesce(bool_or(pg_terminate_backend(pid)), false) FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT pg_sleep(599)'");
        Assert.Contains(await FailureAsync(running), new[] { DatabaseErrors.NotAccepting, DatabaseErrors.Unreachable });
    }
}
