using System.Text;
using CivicQ.Ops.Core.Logs.Entries;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Core.Tests.Logs.Entries;

public sealed class EntryAssemblerTests
{
    [Fact]
    public void A_chained_traceback_of_uvicorn_is_one_entry()
    {
        string[] lines =
        [
            "ERROR:    Exception in ASGI application", "Traceback (most recent call last):", "  File \"/app.py\", line 9, in app", "    try: int(\"x\")", "         ^^^^^^^^",
            "ValueError: invalid literal for int() with base 10: 'x'", "", "The above exception was the direct cause of the following exception:", "",
            "Traceback (most recent call last):", "  File \"/app.py\", line 10, in app", "RuntimeError: no number", "INFO:     127.0.0.1:60410 - \"GET /boom HTTP/1.1\" 500 Internal Server Error",
        ];
        var entries = Lines.Read(lines);
        Assert.Equal(2, entries.Count);
        Assert.Equal((LogFormat.Uvicorn, LogEntryLevel.Error, false), (entries[0].Format, entries[0].Level, entries[0].IsRequest));
        Assert.Equal("Exception in ASGI application\n" + string.Join('\n', lines[1..12]), entries[0].Message);
        Assert.Equal((true, LogEntryLevel.Error), (entries[1].IsRequest, entries[1].Level));
    }

    [Fact]
    public void Tracebacks_that_stand_alone_are_errors_each_of_its_own()
    {
        var entries = Lines.Read("print", "Traceback (most recent call last):", "  File \"<string>\"", "KeyError: 'a'", "Traceback (most recent call last):", "  File \"<string>\"", "KeyError: 'b'", "after: it");
        Assert.Equal([LogEntryLevel.Unknown, LogEntryLevel.Error, LogEntryLevel.Error, LogEntryLevel.Unknown], entries.Select(entry => entry.Level));
        Assert.EndsWith("KeyError: 'b'", entries[2].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_traceback_long_after_an_information_is_an_error_of_its_own()
    {
        var entries = Lines.Read(
        [
            new LogLine(Lines.Start, LogStream.Output, "INFO:app:working"), new LogLine(Lines.Start.AddSeconds(0.5), LogStream.Output, "Traceback (most recent call last):"),
            new LogLine(Lines.Start.AddSeconds(0.5), LogStream.Output, "KeyError: 1"),
        ]);
        Assert.Equal([LogEntryLevel.Information, LogEntryLevel.Error], entries.Select(entry => entry.Level).Take(2));
    }

    [Fact]
    public void Postgres_detail_hint_and_statement_belong_to_the_error_of_their_process()
    {
        const string Prefix = "2026-02-14 12:00:00.123 UTC [7] app@civicq ";
        var entries = Lines.Read(
            Prefix + "ERROR:  duplicate key", Prefix + "DETAIL:  Key (id)=(1) already exists.", Prefix + "STATEMENT:  INSERT INTO t", "\tVALUES (1)",
            "2026-02-14 12:00:00.123 UTC [8] LOG:  checkpoint", "2026-02-14 12:00:00.123 UTC [9] HINT:  of nobody here");
        Assert.Equal(3, entries.Count);
        Assert.Equal("duplicate key\nDETAIL:  Key (id)=(1) already exists.\nSTATEMENT:  INSERT INTO t\n\tVALUES (1)", entries[0].Message);
        Assert.Equal(("Key (id)=(1) already exists.", "INSERT INTO t\n\tVALUES (1)"), (entries[0].Fields["detail"], entries[0].Fields["statement"]));
        Assert.Equal(("HINT:  of nobody here", LogEntryLevel.Unknown), (entries[2].Message, entries[2].Level));
    }

    [Fact]
    public void Both_streams_are_joined_apart_and_come_in_the_order_of_their_beginnings()
    {
        LogLine Line(int milliseconds, LogStream stream, string text) => new(Lines.Start.AddMilliseconds(milliseconds), stream, text);
        var entries = Lines.Read(
        [
            Line(0, LogStream.Error, "ERROR:app:bad"), Line(1, LogStream.Error, "Traceback (most recent call last):"),
            Line(2, LogStream.Output, """{"level":"info","msg":"between"}"""), Line(3, LogStream.Error, "  File \"x\""), Line(4, LogStream.Error, "KeyError: 1"),
            Line(5, LogStream.Output, """{"level":"info","msg":"after"}"""),
        ]);
        Assert.Equal(["bad\nTraceback (most recent call last):\n  File \"x\"\nKeyError: 1", "between", "after"], entries.Select(entry => entry.Message));
    }

    [Fact]
    public void Lines_far_apart_in_time_are_not_joined_and_nothing_waits_for_ever()
    {
        var assembler = new EntryAssembler(new EntrySource("test", "backend", "backend-1"));
        var entries = new List<LogEntry>();
        assembler.Add(new LogLine(Lines.Start, LogStream.Error, "ERROR:app:bad"), entries);
        Assert.Empty(entries);
        Assert.True(assembler.HasOpen);
        assembler.Add(new LogLine(Lines.Start.AddSeconds(2), LogStream.Output, """{"msg":"a"}"""), entries);
        Assert.Equal(["bad", "a"], entries.Select(entry => entry.Message));
        assembler.Add(new LogLine(Lines.Start.AddSeconds(2), LogStream.Error, "  indented"), entries);
        Assert.Equal(2, entries.Count);
        assembler.Flush(entries);
        Assert.Equal("  indented", entries[2].Message);
    }

    [Fact]
    public void An_entry_without_end_is_cut_into_pieces_and_no_line_is_lost()
    {
        var line = "  " + new string('x', 1000);
        var entries = Lines.Read([new LogLine(Lines.Start, LogStream.Output, "begin"), .. Enumerable.Repeat(new LogLine(Lines.Start, LogStream.Output, line), 2000)]);
        Assert.InRange(entries.Count, 7, 20);
        Assert.Equal(2001, entries.Sum(entry => entry.Text.Split('\n').Length));
        Assert.All(entries, entry => Assert.InRange(entry.Text.Length, 1, 300_000));
    }

    [Theory]
    [InlineData("\u001b[31;1mred\u001b[0m \u001b]0;title\aafter", "red after")]
    [InlineData("\u001b]8;;https://x\u001b\\link\u001b]8;;\u001b\\", "link")]
    [InlineData("a\u001b]0;never ends", "a\uFFFD]0;never ends")]
    [InlineData("a\rb\r", "a b")]
    [InlineData("a\tb\0c\u009b31md\u202Ee\u007f\u001b", "a\tb\uFFFDcd\uFFFDe\uFFFD\uFFFD")]
    public void Nothing_that_acts_on_a_terminal_is_left(string line, string clean) => Assert.Equal(clean, Lines.One(line).Message);

    [Fact]
    public void Not_even_what_json_escapes()
    {
        var entry = Lines.One("""{"msg":"a\u001b[31mb\u0007\nc","k\u001b":"\u001b]0;x\u0007y","n":{"z":"\u001b[1m"}}""");
        Assert.Equal("ab\uFFFD\nc", entry.Message);
        Assert.Equal(["k\uFFFD=y", """n={"z":"\u001b[1m"}"""], entry.Fields.Select(field => $"{field.Key}={field.Value}"));
    }

    [Fact]
    public void Any_line_is_read_without_failure_and_all_its_text_is_kept()
    {
        // Pieces of all formats in any order: what no list of examples has. The seed is in the message of a failure.
        string[] pieces =
        [
            "2026-02-14 12:00:00", ",123", ".5", " UTC", "+01", "Z", " [7]", " [", "]", "ERROR", "INFO", ":", ":  ", " - ", "\"", "\" 200", "{", "}", "\"level\":", "30", ",", "null", "\"msg\":\"",
            "\\u00", "14/Feb/2026:12:00:00 +0000", "127.0.0.1", " *4 ", "2026/02/14 12:00:00", "1:M 14 Feb 2026 12:00:00.123 * ", "Traceback (most recent call last):", "  ", "\t", "DETAIL:  x",
            "\u001b[1m", "\ud800", "é", "\u2028", "app.db: ", "@", "GET / HTTP/1.1", "-", "#", ", client: ", "[3f1c0c52-55d9-4a46-9d2f-0a6c2b6d7a11]", "",
        ];
        for (var seed = 0; seed < 40_000; seed++)
        {
            var random = new Random(seed);
            var lines = Enumerable.Range(0, random.Next(1, 5))
                .Select(_ => string.Concat(Enumerable.Range(0, random.Next(0, 9)).Select(_ => pieces[random.Next(pieces.Length)]))).ToArray();
            var entries = Lines.Read(lines.Select((text, index) => new LogLine(Lines.Start.AddMilliseconds(index * random.Next(3)), (LogStream)random.Next(2), text)));
            var expected = lines.Select(LogText.CleanLine).Order(StringComparer.Ordinal);
            Assert.True(expected.SequenceEqual(entries.SelectMany(entry => entry.Text.Split('\n')).Order(StringComparer.Ordinal)), $"Text was lost with seed {seed}.");
            foreach (var entry in entries)
            {
                var shown = new StringBuilder(entry.Message).AppendJoin(' ', entry.Fields.Select(field => $"{field.Key}={field.Value}")).ToString();
                Assert.False(shown.Any(letter => char.IsControl(letter) && letter is not ('\n' or '\t')), $"A control character is left with seed {seed}.");
            }
        }
    }
}
