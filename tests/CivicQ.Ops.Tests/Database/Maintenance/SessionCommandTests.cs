using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Database.Maintenance;

/// <summary>Stopping sessions and writes, through the host.</summary>
public sealed class SessionCommandTests() : ActTests("CREATE TABLE t (id int)")
{
    private bool IsThere(PsqlSession session) => Sql.Run($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = {session.ProcessId})") == "t";

    [Fact]
    public void A_session_is_shown_then_stopped_then_gone()
    {
        using var session = new PsqlSession(Name, "to be stopped");
        session.Run("BEGIN; SELECT 42");
        var shown = Work.Run($"Stop-CivicQDatabaseSession {session.ProcessId} -Environment lab -WhatIf");
        Assert.Contains($"process {session.ProcessId} (civicq, 'to be stopped') idle in transaction for ", Assert.Single(shown.WhatIf), StringComparison.Ordinal);
        Assert.Contains("SELECT 42", shown.WhatIf[0], StringComparison.Ordinal);
        Assert.True(IsThere(session));
        Assert.Empty(Work.JournalLines);
        Assert.Equal(["Terminated"], Work.Run($"Stop-CivicQDatabaseSession {session.ProcessId} -Environment lab").Texts("Outcome"));
        Assert.False(IsThere(session));
        Assert.Equal(["Gone"], Work.Run($"Stop-CivicQDatabaseSession {session.ProcessId} -Environment lab").Texts("Outcome"));
        Assert.Equal("Succeeded", Assert.Single(Work.Entries()).Text("Outcome"));
    }

    [Fact]
    public void A_condition_stops_whom_it_fits()
    {
        using var idle = new PsqlSession(Name, "idle one");
        using var open = new PsqlSession(Name, "open one");
        using var busy = new PsqlSession(Name, "busy one");
        open.Run("BEGIN; SELECT 1");
        busy.Send("SELECT pg_sleep(600)");
        Sql.Until($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = {busy.ProcessId} AND wait_event = 'PgSleep')");
        Thread.Sleep(20);
        string Where(string limit) => $"Stop-CivicQDatabaseSession -Environment lab -Database {Name} -Application '* one', 'busy one', 'open one', 'idle one' {limit}";
        Assert.Equal([$"{busy.ProcessId} Cancelled"], Stopped(Where("-RunningLongerThan 00:00:00.01")));
        Assert.Equal([$"{open.ProcessId} Terminated"], Stopped(Where("-IdleInTransactionLongerThan 00:00:00.01")));
        busy.Read();
        Thread.Sleep(20);
        Assert.Equal(2, Stopped(Where("-IdleLongerThan 00:00:00.01 -User civicq")).Count);
        Assert.Empty(Stopped(Where("-IdleLongerThan 00:00:00.01")));

        List<string> Stopped(string line) => [.. Work.Run(line).Output.Select(one => $"{one!.Text("ProcessId")} {one!.Text("Outcome")}")];
    }

    [Fact]
    public void Nothing_named_is_an_error_and_stops_nobody()
    {
        Work.Invoke("Stop-CivicQDatabaseSession -Environment lab").Failed("DatabaseStopConditionMissing");
        Work.Invoke("Stop-CivicQDatabaseSession -Environment lab -IdleLongerThan 10").Failed("DatabaseStopConditionTooShort");
        Work.Session.Invoke("Stop-CivicQDatabaseSession -IdleLongerThan 00:00:01", [Table("public", "t")]).Failed("DatabaseStopConditionMissing");
        Assert.Empty(Work.JournalLines);
    }

    [Fact]
    public void Writes_are_suspended_and_resumed()
    {
        using var writer = new PsqlSession(Name, "the writer");
        writer.Run("BEGIN; INSERT INTO t VALUES (1)");
        var shown = Work.Run($"Suspend-CivicQDatabaseWrite {Where} -WhatIf");
        Assert.Contains("'the writer') idle in transaction", Assert.Single(shown.WhatIf), StringComparison.Ordinal);
        Assert.Equal("t", Sql.Run($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = {writer.ProcessId})"));

        var suspended = Assert.Single(Work.Run($"Suspend-CivicQDatabaseWrite {Where}").Output);
        Assert.Equal(("True", "True", "True"), (suspended!.Text("IsSuspended"), suspended!.Text("IsChanged"), suspended!.Text("IsVerified")));
        using (var fresh = new PsqlSession(Name))
        {
            Assert.Equal("on", fresh.Run("SHOW transaction_read_only"));
        }

        Assert.Equal(["False"], Work.Run($"Suspend-CivicQDatabaseWrite {Where}").Texts("IsChanged"));
        Assert.Equal(["True"], Work.Run($"Resume-CivicQDatabaseWrite {Where}").Texts("IsChanged"));
        Assert.Equal(["False"], Work.Run($"Resume-CivicQDatabaseWrite {Where}").Texts("IsChanged"));
        using var last = new PsqlSession(Name);
        Assert.Equal("off", last.Run("SHOW transaction_read_only"));
        Assert.Equal("0", last.Run("SELECT count(*) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = current_database()"));
        Assert.Equal("0", last.Run("SELECT count(*) FROM t"));
    }
}
