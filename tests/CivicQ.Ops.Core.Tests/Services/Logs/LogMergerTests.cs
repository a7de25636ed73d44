using System.Threading.Channels;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Logs.Entries;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Services;
using CivicQ.Ops.Core.Services.Logs;

namespace CivicQ.Ops.Core.Tests.Services.Logs;

public sealed class LogMergerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly DateTimeOffset start = DateTimeOffset.UtcNow.AddMinutes(-5);
    private readonly MemoryHost host = new();
    private readonly List<string> failures = [];

    [Fact]
    public async Task What_was_written_comes_in_the_order_of_time_from_any_number_of_instances()
    {
        var random = new Random(1);
        for (var instance = 0; instance < 20; instance++)
        {
            var log = host.Add($"backend-{instance}");
            var time = start;
            var lines = random.Next(500, 1500);
            for (var line = 0; line < lines; line++)
            {
                time = time.AddTicks(random.Next(1, 2000));
                log.Write(time, $"{{\"level\":\"info\",\"msg\":\"{instance}/{line}\"}}");
            }
        }

        var entries = await ReadAsync(new LogSelection());
        Assert.True(entries.Count > 10_000);
        Assert.Equal(entries.OrderBy(entry => entry.PlatformTime).Select(entry => entry.PlatformTime), entries.Select(entry => entry.PlatformTime));
        Assert.Equal(entries.Count, entries.Select(entry => entry.Message).Distinct().Count());
        foreach (var each in entries.GroupBy(entry => entry.Instance))
        {
            Assert.Equal(Enumerable.Range(0, each.Count()), each.Select(entry => int.Parse(entry.Message.Split('/')[1], System.Globalization.CultureInfo.InvariantCulture)));
        }
    }

    [Fact]
    public async Task A_log_that_is_cut_again_and_again_is_read_whole()
    {
        var log = host.Add("backend-1");
        log.CutAfter = 400;
        for (var line = 0; line < 1500; line++)
        {
            // Ten seconds in all: each reading begins again a second before the cut.
            log.Write(start.AddMilliseconds(line * 7), $"line {line}");
        }

        var entries = await ReadAsync(new LogSelection());
        Assert.Equal(Enumerable.Range(0, 1500).Select(line => $"line {line}"), entries.Select(entry => entry.Message));
        Assert.True(log.Readings > 4);
        Assert.Empty(failures);
    }

    [Fact]
    public async Task A_log_that_cannot_be_read_to_its_end_is_an_error_and_the_others_come()
    {
        host.Add("backend-1").Write(start, "one").Write(start.AddSeconds(1), "two").CutAfter = 1;
        host.Add("backend-2").Write(start.AddSeconds(2), "three");
        Assert.Equal(["one", "three"], (await ReadAsync(new LogSelection())).Select(entry => entry.Message));
        Assert.Contains("LogInterrupted backend-1", Assert.Single(failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tail_level_pattern_times_and_instances_choose()
    {
        var log = host.Add("backend-1");
        for (var line = 0; line < 10; line++)
        {
            log.Write(start.AddSeconds(line), $"{(line % 2 == 0 ? "INFO" : "ERROR")}:app:line {line}");
        }

        host.Add("backend-2").Write(start.AddSeconds(3.5), "ERROR:app:other").Write(start.AddSeconds(4.5), "plain");
        async Task<string> Of(LogSelection selection) => string.Join('|', (await ReadAsync(selection)).Select(entry => entry.Message));
        Assert.Equal("other|plain|line 8|line 9", await Of(new LogSelection { Tail = 2 }));
        Assert.Equal("other|line 9", await Of(new LogSelection { Tail = 2, Level = LogEntryLevel.Error }));
        Assert.Equal("line 3|other|line 4", await Of(new LogSelection { Since = start.AddSeconds(3), Until = start.AddSeconds(4.5) }));
        Assert.Equal("line 7|other", string.Join('|', (await Of(new LogSelection { Match = LogMatch.Parse("LINE 7$|other") })).Split('|').Reverse()));
        Assert.Equal("other|plain", await Of(new LogSelection { Instance = instance => instance.Instance == "backend-2" }));
        Assert.Equal("", await Of(new LogSelection { Tail = 0 }));
        Assert.Equal(4, (await ReadAsync(new LogSelection { Container = _ => true, Tail = 1 })).Count);
    }

    [Fact]
    public async Task Following_shows_what_comes_in_order_over_cuts_and_by_new_instances()
    {
        var one = host.Add("backend-1");
        var two = host.Add("backend-2");
        one.Write(start, "old 1").CutAfter = 5;
        two.Write(start.AddSeconds(1), "old 2");
        await using var following = new Following(this, new LogSelection { Follow = true });
        await following.ExpectAsync("old 1", "old 2");
        for (var line = 0; line < 30; line++)
        {
            var time = start.AddSeconds(10 + line);
            two.Write(time.AddMilliseconds(500), $"two {line}");
            one.Write(time, $"one {line}");
        }

        var got = await following.TakeAsync(60);
        Assert.Equal(Enumerable.Range(0, 30).Select(line => $"one {line}"), got.Where(text => text.StartsWith("one", StringComparison.Ordinal)));
        Assert.Equal(Enumerable.Range(0, 30).Select(line => $"two {line}"), got.Where(text => text.StartsWith("two", StringComparison.Ordinal)));
        host.Add("backend-3").Write(start.AddSeconds(100), "new 1").Write(start.AddSeconds(101), "new 2");
        await following.ExpectAsync("new 1", "new 2");
        host.Remove("backend-1");
        two.Write(start.AddSeconds(102), "still there");
        await following.ExpectAsync("still there");
        Assert.Empty(failures);
    }

    [Fact]
    public async Task Following_goes_on_after_restarts_and_shows_the_last_words_of_the_run_before()
    {
        var kubernetes = new MemoryHost { Platform = ServicePlatform.Kubernetes };
        var log = kubernetes.Add("backend-1").Write(start, "one");
        await using var following = new Following(this, new LogSelection { Follow = true }, kubernetes);
        await following.ExpectAsync("one");
        // The connection is cut, and what was written until the container's end is seen only with the previous run.
        log.CutAfter = 1;
        log.Write(start.AddSeconds(1), "two");
        log.Write(start.AddSeconds(2), "last words");
        var again = kubernetes.Restart("backend-1");
        log.CutAfter = 0;
        again.Write(start.AddSeconds(3), "hello again");
        await following.ExpectAsync("two", "last words", "hello again");
    }

    [Fact]
    public async Task Following_ends_at_its_until_and_waits_while_the_platform_is_away()
    {
        var log = host.Add("backend-1").Write(start, "one");
        var reporter = new Web.RecordingReporter();
        await using var following = new Following(this, new LogSelection { Follow = true, Until = DateTimeOffset.UtcNow.AddSeconds(12) }, reporter: reporter);
        await following.ExpectAsync("one");
        host.ListingFails = new OperationException(new ErrorDefinition("Away", ErrorKind.ConnectionError, "Wait."), "The platform is away.");
        log.End();
        await Task.Delay(100);
        log.Begin();
        log.Write(start.AddSeconds(1), "meanwhile");
        host.ListingFails = null;
        await following.ExpectAsync("meanwhile");
        await following.EndAsync();
        Assert.Empty(failures);
    }

    [Fact]
    public async Task An_expression_that_takes_for_ever_ends_the_following_of_a_silent_log_too()
    {
        // Text waits for its next line: it is looked at when none came for a while.
        host.Add("backend-1").Write(start, "one");
        await using var following = new Following(this, new LogSelection { Follow = true, Match = LogMatch.Parse(@"^(a+)+\1$|one") });
        await following.ExpectAsync("one");
        host.Add("backend-2").Write(start, new string('a', 40) + "!");
        Assert.Equal("LogPatternTooSlow", (await Assert.ThrowsAsync<OperationException>(() => following.EndAsync())).Definition.Id);
    }

    [Fact]
    public async Task No_line_of_the_past_with_tail_zero_and_none_is_lost_that_comes_meanwhile()
    {
        var log = host.Add("backend-1").Write(start, "old").Write(start, "old too");
        await using var following = new Following(this, new LogSelection { Follow = true, Tail = 0 });
        await Task.Delay(50);
        for (var line = 0; line < 100; line++)
        {
            log.Write(start.AddMilliseconds(500 + line), $"new {line}");
        }

        // Whatever was there when the reading began is not shown; from the first that is, none is missing.
        var first = int.Parse((await following.TakeAsync(1))[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(Enumerable.Range(first + 1, 99 - first).Select(line => $"new {line}"), await following.TakeAsync(99 - first));
    }

    [Fact]
    public async Task Errors_of_an_hour_are_counted_apart_from_failed_requests()
    {
        host.Add("backend-1").Write(start, "ERROR:app:one").Write(start.AddSeconds(1), "INFO:     1.2.3.4:5 - \"GET / HTTP/1.1\" 500 Internal Server Error")
            .Write(start.AddSeconds(2), "INFO:     1.2.3.4:5 - \"GET / HTTP/1.1\" 200 OK").Write(start.AddHours(-2), "ERROR:app:old");
        host.Add("worker-1", "worker").Write(start, "CRITICAL:app:two").Write(start, "nothing");
        var count = await RecentServiceErrors.CountAsync(host, start.AddHours(-1), Patience, CancellationToken.None);
        Assert.Equal((3L, 2L, 2L, 1L, true), (count.Entries, count.Errors, count.Requests, count.FailedRequests, count.IsComplete));
        Assert.Equal(["backend=1", "worker=1"], count.ErrorsByService.Select(pair => $"{pair.Key}={pair.Value}"));
        Assert.Equal(start.AddSeconds(1), count.Latest);
    }

    [Theory]
    [InlineData("(", "LogPatternInvalid")]
    [InlineData("*", "LogPatternInvalid")]
    public void A_bad_expression_is_refused(string pattern, string id) => Assert.Equal(id, Assert.Throws<OperationException>(() => LogMatch.Parse(pattern)).Definition.Id);

    [Fact]
    public async Task An_expression_that_takes_for_ever_ends_the_reading()
    {
        host.Add("backend-1").Write(start, new string('a', 40) + "!");
        var match = LogMatch.Parse(@"^(a+)+\1$");
        Assert.Equal("LogPatternTooSlow", (await Assert.ThrowsAsync<OperationException>(() => ReadAsync(new LogSelection { Match = match }))).Definition.Id);
    }

    private async Task<List<LogEntry>> ReadAsync(LogSelection selection)
    {
        using var limit = new CancellationTokenSource(Patience);
        var entries = new List<LogEntry>();
        await foreach (var entry in Merger(host, selection, NullReporter.Instance).ReadAsync([], limit.Token))
        {
            entries.Add(entry);
        }

        return entries;
    }

    private LogMerger Merger(IServiceHost from, LogSelection selection, IOperationReporter reporter) => new(from, selection, reporter, (error, instance) =>
    {
        lock (failures)
        {
            failures.Add($"{error.Definition.Id} {instance} {error.Message}");
        }
    });

    /// <summary>A merger that is read in the background.</summary>
    private sealed class Following : IAsyncDisposable
    {
        private readonly CancellationTokenSource limit = new(Patience);
        private readonly Channel<string> texts = Channel.CreateUnbounded<string>();
        private readonly Task reading;

        public Following(LogMergerTests tests, LogSelection selection, MemoryHost? host = null, IOperationReporter? reporter = null) => reading = Task.Run(async () =>
        {
            try
            {
                await foreach (var entry in tests.Merger(host ?? tests.host, selection, reporter ?? NullReporter.Instance).ReadAsync([], limit.Token))
                {
                    texts.Writer.TryWrite(entry.Message);
                }

                texts.Writer.Complete();
            }
            catch (Exception error)
            {
                texts.Writer.Complete(error);
            }
        });

        public async Task<List<string>> TakeAsync(int count)
        {
            var taken = new List<string>();
            while (taken.Count < count)
            {
                taken.Add(await texts.Reader.ReadAsync(limit.Token));
            }

            return taken;
        }

        public async Task ExpectAsync(params string[] expected) => Assert.Equal(expected, await TakeAsync(expected.Length));

        public async Task EndAsync()
        {
            // Fails as the reading did.
            Assert.False(await texts.Reader.WaitToReadAsync(limit.Token));
            await reading;
        }

        public async ValueTask DisposeAsync()
        {
            await limit.CancelAsync();
            await reading;
            limit.Dispose();
        }
    }
}
