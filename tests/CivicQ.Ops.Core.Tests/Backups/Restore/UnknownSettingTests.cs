using CivicQ.Ops.Core.Backups.Programs;
using CivicQ.Ops.Core.Backups.Restore;
using CivicQ.Ops.Core.Tests.Database;

namespace CivicQ.Ops.Core.Tests.Backups.Restore;

/// <summary>What pg_restore 17 says of a server before 17, and what it must not be mixed up with.</summary>
public sealed class UnknownSettingTests
{
    private const string Error = "pg_restore: error: could not execute query: ERROR:  unrecognized configuration parameter \"transaction_timeout\"";
    private const string Command = "Command was: SET transaction_timeout = 0;";
    private const string Ignored = "pg_restore: warning: errors ignored on restore: 1";

    public static TheoryData<int, string[]> Sayings => new()
    {
        { 0, ["pg_restore: connecting", "pg_restore: while INITIALIZING:", Error, Command, "pg_restore: creating TABLE", Ignored] },
        // Several jobs speak at once, and the server's words are its own.
        { 0, [Error, "pg_restore: error: could not execute query: FEHLER:  unbekannter Konfigurationsparameter »transaction_timeout«", Command, Command, Ignored] },
        { 1, [Error, Command, "pg_restore: error: could not execute query: ERROR:  out of shared memory", "Command was: CREATE INDEX a ON b (c);", Ignored] },
        { 1, [Error, Command, "pg_restore: error: COPY failed for table \"transaction_timeout\": ERROR:  value too long", Ignored] },
        { 1, [Error, Command, "pg_restore: error: could not execute query: ERROR:  relation \"public.transaction_timeout\" does not exist", "Command was: CREATE INDEX a ON transaction_timeout (c);", Ignored] },
        { 1, [Error, Command, "pg_restore: error: could not execute query: ERROR:  relation \"transaction_timeouts\" does not exist", Ignored] },
        { 1, [Error, Command, "pg_restore: Fehler: konnte Anfrage nicht ausführen: FEHLER: kein Platz", "Die Anweisung war: CREATE INDEX a ON b (c);", Error, Ignored] },
        { 1, [Error, Ignored] },
        { 1, [Ignored] },
    };

    [Theory]
    [MemberData(nameof(Sayings))]
    public async Task That_one_statement_alone_is_passed_over(int code, string[] lines)
    {
        var recorder = new Recorder();
        using var setting = new UnknownSetting(new ProgramWords("pg_restore", recorder), recorder, CancellationToken.None);
        var result = await setting.RunAsync(
            (add, token) =>
            {
                foreach (var line in lines)
                {
                    token.ThrowIfCancellationRequested();
                    add(line);
                }

                return Task.FromResult(1);
            },
            CancellationToken.None);
        Assert.Equal(code, result);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(139)]
    public async Task Any_other_end_is_told_as_it_is(int code)
    {
        var recorder = new Recorder();
        using var setting = new UnknownSetting(new ProgramWords("pg_restore", recorder), recorder, CancellationToken.None);
        Assert.Equal(code, await setting.RunAsync(
            (add, _) =>
            {
                add(Error);
                add(Command);
                return Task.FromResult(code);
            },
            CancellationToken.None));
    }
}
