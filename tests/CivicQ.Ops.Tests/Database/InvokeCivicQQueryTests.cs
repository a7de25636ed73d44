using CivicQ.Host.Engine;
using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Database;

[Collection(LabCollection.Name)]
public sealed class InvokeCivicQQueryTests : IDisposable
{
    private readonly Workspace work = new();

    public InvokeCivicQQueryTests(LabFixture lab) => work.Set("CIVICQ_ENVIRONMENT", lab is null ? null : "lab");

    [Fact]
    public void Rows_are_objects_of_NETs_types()
    {
        var row = Assert.Single(work.Run("Invoke-CivicQQuery \"SELECT 1 AS id, now() AS at, 1.5::numeric AS price, NULL AS nothing, '{1,2}'::int[] AS list, '{}'::jsonb AS body\"").Output)!;
        Assert.Equal(1, row.Get("id"));
        Assert.Equal(TimeSpan.Zero, Assert.IsType<DateTimeOffset>(row.Get("at")).Offset);
        Assert.Equal(1.5m, row.Get("price"));
        Assert.Null(row.Get("nothing"));
        Assert.Equal(new object[] { 1, 2 }, row.Get("list"));
        Assert.Equal("{}", row.Get("body"));
    }

    [Fact]
    public void Statements_are_piped_and_parameters_are_values()
    {
        var result = work.Session.Invoke("Invoke-CivicQQuery -Parameter @{ n = 2 }", ["SELECT @n AS n", "SELECT @n + 1 AS n"]);
        Assert.Empty(result.Errors);
        Assert.Equal(["2", "3"], result.Texts("n"));
        Assert.Equal(["1"], work.Run("Invoke-CivicQQuery 'SELECT id FROM users WHERE id IN (SELECT unnest(@ids)) AND id < @top' @{ ids = 1, 5; top = 3 }").Texts("id"));
    }

    [Fact]
    public void A_change_is_asked_for_and_journalled_without_its_values()
    {
        work.Run("Invoke-CivicQQuery 'SELECT 1'");
        Assert.Empty(work.JournalLines);
        const string Line = "Invoke-CivicQQuery \"UPDATE users SET city = @city WHERE id = @id AND full_name <> 'x'; ALTER ROLE civicq_api VALID UNTIL 'infinity' PASSWORD NULL\" @{ city = 'PLANTED-city'; id = -1 } -AllowWrite";
        Assert.Empty(work.Run(Line + " -WhatIf").Output);
        Assert.Empty(work.JournalLines);
        work.Run("Invoke-CivicQQuery \"UPDATE users SET city = @city WHERE id = @id AND hashed_password <> 'PLANTED-hash'\" @{ city = 'PLANTED-city'; id = -1 } -AllowWrite -Confirm:$false");
        var line = Assert.Single(work.JournalLines);
        Assert.Contains("UPDATE users SET city = @city", line, StringComparison.Ordinal);
        Assert.DoesNotContain("PLANTED-city", line, StringComparison.Ordinal);
        var entry = Assert.Single(work.Entries());
        Assert.Equal("Succeeded", entry.Text("Outcome"));
        work.Invoke("Invoke-CivicQQuery \"CREATE ROLE intruder PASSWORD 'PLANTED-role' NOSUCH\" -AllowWrite -Confirm:$false").Failed("DatabaseStatementInvalid");
        Assert.DoesNotContain("PLANTED-role", string.Join('\n', work.JournalLines), StringComparison.Ordinal);
        Assert.Equal("Failed", work.Entries().Single(one => one.Text("Outcome") != "Succeeded").Text("Outcome"));
    }

    [Fact]
    public void Notices_and_limits_are_told()
    {
        Assert.Contains("lab: hello", work.Run("Invoke-CivicQQuery \"DO 'BEGIN RAISE NOTICE ''hello''; END'\" -Verbose").Verbose);
        var limited = work.Run("Invoke-CivicQQuery 'SELECT generate_series(1, 1000000000000) AS n' -MaximumRows 2");
        Assert.Equal(["1", "2"], limited.Texts("n"));
        Assert.Single(limited.Warnings);
        Assert.Equal(["1", "2"], work.Run("Invoke-CivicQQuery 'SELECT generate_series(1, 1000000000000) AS n' | Select-Object -First 2").Texts("n"));
        work.Invoke("Invoke-CivicQQuery 'SELECT pg_sleep(600)' -TimeoutSeconds 0.5").Failed("OperationTimedOut");
    }

    [Fact]
    public async Task It_can_be_stopped_and_the_statement_ends_on_the_server()
    {
        using var session = Suite.Open();
        using var stop = new CancellationTokenSource();
        var running = session.InvokeAsync("Invoke-CivicQQuery 'SELECT pg_sleep(603)'", cancellationToken: stop.Token);
        Until("EXISTS", work);
        await stop.CancelAsync();
        Assert.True((await running.WaitAsync(TimeSpan.FromMinutes(2))).Stopped);
        Until("NOT EXISTS", work);
    }

    [Theory]
    [InlineData("Invoke-CivicQQuery ''")]
    [InlineData("Invoke-CivicQQuery 'SELECT 1' -MaximumRows 0")]
    [InlineData("Invoke-CivicQQuery 'SELECT 1' -TimeoutSeconds 0")]
    [InlineData("Invoke-CivicQQuery 'SELECT 1' -Database ''")]
    public void A_wrong_command_line_runs_nothing(string line) => Assert.Equal(ExitCodes.Usage, work.Invoke(line).ExitCode);

    public void Dispose() => work.Dispose();

    private static void Until(string what, Workspace work)
    {
        var limit = DateTime.UtcNow.AddMinutes(2);
        while (work.Run($"Invoke-CivicQQuery \"SELECT {what} (SELECT FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT pg_sleep(603)') AS yes\"").Texts("yes").Single() != "True")
        {
            Assert.True(DateTime.UtcNow < limit);
            Thread.Sleep(50);
        }
    }
}
