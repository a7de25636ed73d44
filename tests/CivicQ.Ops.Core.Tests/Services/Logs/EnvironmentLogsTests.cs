using System.Globalization;
using System.Runtime.CompilerServices;
using CivicQ.Ops.Core.Logs.Entries;
using CivicQ.Ops.Core.Services.Logs;

namespace CivicQ.Ops.Core.Tests.Services.Logs;

public sealed class EnvironmentLogsTests
{
    private static readonly DateTimeOffset Start = new(2026, 2, 14, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Environments_come_in_one_order_however_unevenly_they_are_read()
    {
        var random = new Random(2);
        var logs = new EnvironmentLogs(4);
        var written = Task.WhenAll(Enumerable.Range(0, 3).Select(number => logs.EnterAsync(
            write => write(Entries($"e{number}", [.. Enumerable.Range(0, 3000).Select(_ => random.Next(1_000_000)).Order()], number == 1 ? 10 : 1000), default))));
        // One has no log at all, and fails.
        var failed = logs.EnterAsync(_ => throw new InvalidOperationException("no host"));
        var entries = await ReadAsync(logs);
        await written;
        await Assert.ThrowsAsync<InvalidOperationException>(() => failed);
        Assert.Equal(9000, entries.Count);
        Assert.Equal(entries.OrderBy(entry => entry.PlatformTime), entries);
        Assert.All(entries.GroupBy(entry => entry.Environment), each => Assert.Equal(3000, each.Count()));
    }

    [Fact]
    public async Task Nothing_goes_out_before_every_environment_has_said_something()
    {
        var logs = new EnvironmentLogs(2);
        var late = new TaskCompletionSource();
        var early = logs.EnterAsync(write => write(Entries("early", [5], 1000), default));
        var reading = ReadAsync(logs);
        await early;
        Assert.False(reading.IsCompleted);
        await logs.EnterAsync(async write =>
        {
            await write(Entries("late", [1], 1000), default);
            late.SetResult();
        });
        Assert.Equal(["late", "early"], (await reading).Select(entry => entry.Environment));
    }

    [Fact]
    public async Task A_reader_that_stops_lets_the_writers_stop()
    {
        using var stop = new CancellationTokenSource();
        var logs = new EnvironmentLogs(1);
        var writing = logs.EnterAsync(write => write(Entries("endless", [.. Enumerable.Range(0, 100_000)], 1000), stop.Token));
        await using (var reader = logs.ReadAsync(stop.Token).GetAsyncEnumerator(CancellationToken.None))
        {
            Assert.True(await reader.MoveNextAsync().AsTask().WaitAsync(Patience));
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.WaitAsync(Patience));
    }

    private static async Task<List<LogEntry>> ReadAsync(EnvironmentLogs logs)
    {
        using var limit = new CancellationTokenSource(Patience);
        var entries = new List<LogEntry>();
        await foreach (var entry in logs.ReadAsync(limit.Token))
        {
            entries.Add(entry);
        }

        return entries;
    }

    private static async IAsyncEnumerable<LogEntry> Entries(string environment, int[] milliseconds, int together, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var i = 0; i < milliseconds.Length; i++)
        {
            if (i % together == 0)
            {
                await Task.Yield();
                cancellationToken.ThrowIfCancellationRequested();
            }

            var time = Start.AddMilliseconds(milliseconds[i]);
            var text = i.ToString(CultureInfo.InvariantCulture);
            yield return new LogEntry { Environment = environment, Service = "s", Instance = "i", Time = time, PlatformTime = time, Message = text, Text = text };
        }
    }
}
