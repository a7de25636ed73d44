using System.Globalization;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Core.Tests.Services.Docker;

public sealed class DockerLogTests : DockerTest
{
    [SkippableFact]
    public async Task Lines_have_their_time_and_output_and_agree_with_the_CLI()
    {
        var name = await RunAsync("echo one; sleep 0.1; echo two >&2; sleep 0.1; printf 'three without end'");
        await Client.WaitAsync(name, Token);

        var lines = await LogAsync(name, new LogQuery());

        Assert.Equal([("one", LogStream.Output), ("two", LogStream.Error), ("three without end", LogStream.Output)], lines.Select(line => (line.Text, line.Stream)));
        Assert.Equal(lines.Order(Comparer<LogLine>.Create((a, b) => a.Time.CompareTo(b.Time))), lines);
        var stamps = (await Lab.DockerAsync("logs", "-t", name)).Split('\n').Select(line => line[..27]);
        Assert.Equal(stamps.First(), lines[0].Time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff", CultureInfo.InvariantCulture));
    }

    [SkippableFact]
    public async Task Since_until_and_tail_choose_lines()
    {
        var name = await RunAsync("for i in 1 2 3 4 5; do echo $i; sleep 0.02; done");
        await Client.WaitAsync(name, Token);
        var all = await LogAsync(name, new LogQuery());

        async Task<string> Texts(LogQuery query) => string.Concat((await LogAsync(name, query)).Select(line => line.Text));
        Assert.Equal("345", await Texts(new LogQuery { Since = all[2].Time }));
        Assert.Equal("12", await Texts(new LogQuery { Until = all[2].Time }));
        Assert.Equal("23", await Texts(new LogQuery { Since = all[1].Time, Until = all[3].Time }));
        Assert.Equal("45", await Texts(new LogQuery { Tail = 2 }));
        Assert.Equal("", await Texts(new LogQuery { Tail = 0 }));
        Assert.Equal("", await Texts(new LogQuery { Since = DateTimeOffset.UtcNow.AddHours(1) }));
    }

    [SkippableFact]
    public async Task A_terminal_has_one_output()
    {
        var name = await RunAsync("echo out; echo err >&2; echo zwölf", "-t");
        await Client.WaitAsync(name, Token);

        var lines = await LogAsync(name, new LogQuery());

        Assert.Equal([("out", LogStream.Output), ("err", LogStream.Output), ("zwölf", LogStream.Output)], lines.Select(line => (line.Text, line.Stream)));
        Assert.All(lines, line => Assert.True(line.Time.Year >= 2024));
    }

    [SkippableFact]
    public async Task A_line_longer_than_the_engines_pieces_is_one_line()
    {
        var name = await RunAsync("head -c 50000 /dev/zero | tr '\\0' 'a'; echo; echo next");
        await Client.WaitAsync(name, Token);

        Assert.Equal([new string('a', 50000), "next"], (await LogAsync(name, new LogQuery())).Select(line => line.Text));
    }

    [SkippableFact]
    public async Task Following_waits_for_what_comes_and_ends_with_the_container()
    {
        var name = await RunAsync("echo short");
        Assert.Equal("short", Assert.Single(await LogAsync(name, new LogQuery { Follow = true })).Text);

        var second = await RunAsync("mkfifo /tmp/f; while :; do read line < /tmp/f; echo got $line; [ $line = end ] && exit 0; done");
        await using var lines = Client.ReadLogAsync(second, new LogQuery { Follow = true }, Token).GetAsyncEnumerator();
        foreach (var word in (string[])["a", "b", "end"])
        {
            var next = lines.MoveNextAsync();
            var (code, _, error) = await ExecuteAsync(second, null, "sh", "-c", $"until [ -p /tmp/f ]; do sleep 0.05; done; echo {word} > /tmp/f");
            Assert.True(code == 0, error);
            Assert.True(await next);
            Assert.Equal($"got {word}", lines.Current.Text);
        }

        Assert.False(await lines.MoveNextAsync());
    }

    [SkippableFact]
    public async Task Following_is_cancelled_while_nothing_comes()
    {
        var name = await RunAsync(Idle);
        using var stop = new CancellationTokenSource();
        await using var lines = Client.ReadLogAsync(name, new LogQuery { Follow = true }, stop.Token).GetAsyncEnumerator();
        var next = lines.MoveNextAsync().AsTask();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [SkippableFact]
    public async Task A_log_that_is_not_kept_is_said()
    {
        var name = await RunAsync(Idle, "--log-driver", "none");

        var error = await Assert.ThrowsAsync<OperationException>(() => LogAsync(name, new LogQuery()));

        Assert.Equal(DockerErrors.LogUnreadable, error.Definition);
    }

    [SkippableFact]
    public async Task A_million_lines_are_read_without_growth()
    {
        var name = await RunAsync("yes 'a line of a log that is neither short nor long, as programs write them' | head -n 1000000");
        await Client.WaitAsync(name, Token);
        var (count, highest, baseline) = (0, 0L, GC.GetTotalMemory(forceFullCollection: true));

        await foreach (var line in Client.ReadLogAsync(name, new LogQuery(), Token))
        {
            if (++count % 100_000 == 0)
            {
                highest = Math.Max(highest, GC.GetTotalMemory(forceFullCollection: true));
            }
        }

        Assert.Equal(1_000_000, count);
        // The lines are 70 MB and more; other tests of the process use memory too.
        Assert.True(highest - baseline < 40_000_000, $"{highest - baseline} bytes more were in use while the log was read.");
    }
}
