using CivicQ.Host.Engine;
using CivicQ.Ops.Tests.Servers;
using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Database.Maintenance;

/// <summary>How far the cmdlets that change databases go: time-outs, grace, what is named and what is not.</summary>
public sealed class LimitTests() : ActTests("CREATE TABLE t (id int, a int); INSERT INTO t SELECT 1, g FROM generate_series(1, 100) g; CREATE INDEX t_a ON t (a)")
{
    private bool IsThere(PsqlSession session) => Sql.Run($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = {session.ProcessId})") == "t";

    private InvocationResult Stop(PsqlSession session, string arguments) => Work.Run($"Stop-CivicQDatabaseSession {session.ProcessId} -Environment lab {arguments}");

    // Sleeps on whatever is sent to it, but for the end of its session.
    private PsqlSession Stubborn()
    {
        var session = new PsqlSession(Name, "stubborn");
        session.Send("DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(600); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$");
        Sql.Until($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = {session.ProcessId} AND wait_event = 'PgSleep')");
        return session;
    }

    [Fact]
    public void Only_invalid_indexes_of_the_named_database_are_rebuilt()
    {
        Sql.Run("CREATE UNIQUE INDEX CONCURRENTLY broken ON t (id)");
        Sql.Run("UPDATE t SET id = a");
        Assert.Equal("broken", Sql.Run("SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid"));
        Assert.Empty(Work.Run("Invoke-CivicQReindex -Environment lab -InvalidOnly").Output);
        Assert.Equal(["broken Done"], Outcomes(Work.Run($"Invoke-CivicQReindex {Where} -InvalidOnly")));
        Assert.Empty(Work.Run($"Invoke-CivicQReindex {Where} -InvalidOnly").Output);
        NothingIsLeft();
    }

    [Theory]
    [InlineData("Invoke-CivicQVacuum -Analyze -Table t")]
    [InlineData("Update-CivicQStatistics -Table t")]
    [InlineData("Invoke-CivicQReindex -Index t_slow")]
    [InlineData("Invoke-CivicQReindex -Index t_slow -Offline")]
    public void A_statement_that_takes_longer_than_its_time_out_is_given_up(string line)
    {
        Sql.Run("CREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.02); RETURN $1; END $$; CREATE INDEX t_slow ON t (slow(a))");
        var result = Work.Invoke($"{line} {Where} -TimeoutSeconds 0.3");
        Assert.Equal("Failed", Assert.Single(result.Output)!.Text("Outcome"));
        Assert.Contains("timeout", result.Output[0]!.Text("Reason"), StringComparison.OrdinalIgnoreCase);
        NothingIsLeft();
    }

    [Theory]
    [InlineData("Invoke-CivicQVacuum -Table t")]
    [InlineData("Update-CivicQStatistics -Table t")]
    [InlineData("Invoke-CivicQReindex -Index t_a")]
    [InlineData("Invoke-CivicQReindex -Index t_a -Offline")]
    [InlineData("New-CivicQDatabaseIndex t id")]
    public void A_lock_is_told_from_a_statement_that_takes_too_long(string line)
    {
        using var holder = new PsqlSession(Name);
        holder.Run("BEGIN; LOCK TABLE t");
        var result = Work.Invoke($"{line} {Where} -LockTimeoutSeconds 600 -TimeoutSeconds 0.3");
        Assert.Equal("Skipped", Assert.Single(result.Output)!.Text("Outcome"));
        Assert.Contains(holder.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture), result.Output[0]!.Text("Reason"), StringComparison.Ordinal);
        holder.Run("ROLLBACK");
        NothingIsLeft();
    }

    [Fact]
    public void A_statement_that_does_not_stop_has_its_session_ended_after_the_grace()
    {
        using var session = Stubborn();
        var cancelled = Work.Invoke($"Stop-CivicQDatabaseSession {session.ProcessId} -Environment lab -Mode Cancel -GraceSeconds 0.2");
        cancelled.Failed("DatabaseSessionStillThere");
        Assert.Equal(["StillThere"], cancelled.Texts("Outcome"));
        Assert.True(IsThere(session));
        Assert.Equal(["Terminated"], Stop(session, "-GraceSeconds 0.2").Texts("Outcome"));
        Assert.False(IsThere(session));
    }

    [Fact]
    public void A_number_that_belongs_to_another_by_now_is_left_alone()
    {
        using var session = new PsqlSession(Name);
        var start = Sql.Run($"SELECT to_char(backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') FROM pg_stat_activity WHERE pid = {session.ProcessId}");
        Assert.Equal(["Gone"], Stop(session, "-BackendStart 2001-01-01T00:00:00Z").Texts("Outcome"));
        Assert.True(IsThere(session));
        Assert.Equal(["Terminated"], Stop(session, $"-BackendStart {start}").Texts("Outcome"));
        Assert.False(IsThere(session));
    }

    [Theory]
    [InlineData("Invoke-CivicQVacuum")]
    [InlineData("Invoke-CivicQReindex")]
    [InlineData("Update-CivicQStatistics")]
    [InlineData("New-CivicQDatabaseIndex t a")]
    [InlineData("Stop-CivicQDatabaseSession 1")]
    [InlineData("Suspend-CivicQDatabaseWrite")]
    [InlineData("Resume-CivicQDatabaseWrite")]
    public async Task Ctrl_C_ends_the_wait_for_a_server_that_says_nothing(string line)
    {
        await using var silent = LoopbackServer.Silent();
        Work.Configure(("silent", LabParts.Only("database", LabParts.Database(port: silent.Port)).ToJsonString()));
        using var stop = new CancellationTokenSource();
        var running = Work.Session.InvokeAsync($"{line} -Environment silent -Confirm:$false", cancellationToken: stop.Token);
        await silent.Reached.WaitAsync(TimeSpan.FromMinutes(1));
        await stop.CancelAsync();
        // The environment's own time-out is two minutes.
        var result = await running.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.True(result.Stopped);
        Assert.Empty(result.Errors);
        Assert.Empty(Work.JournalLines);
    }
}
