using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Core.Tests.Services.Logs;

/// <summary>The log of one instance in memory. It can be written to while it is read, and cut.</summary>
internal sealed class MemoryLog
{
    private readonly List<LogLine> lines = [];
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool ended;

    /// <summary>After so many lines of a reading it is cut; 0 for never.</summary>
    public int CutAfter { get; set; }

    /// <summary>How often it was read.</summary>
    public int Readings { get; private set; }

    public MemoryLog Write(DateTimeOffset time, string text, LogStream stream = LogStream.Output)
    {
        lock (lines)
        {
            lines.Add(new LogLine(time, stream, text));
            Wake();
        }

        return this;
    }

    /// <summary>Ends those who follow, as a container's end does.</summary>
    public void End()
    {
        lock (lines)
        {
            ended = true;
            Wake();
        }
    }

    /// <summary>Lets it be followed again.</summary>
    public void Begin()
    {
        lock (lines)
        {
            ended = false;
        }
    }

    public async IAsyncEnumerable<LogLine> ReadAsync(LogQuery query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Readings++;
        var given = 0;
        var next = query.Tail is { } tail ? Math.Max(Snapshot().Count - tail, 0) : 0;
        while (true)
        {
            Task wait;
            List<LogLine> fresh;
            bool over;
            lock (lines)
            {
                fresh = lines[next..];
                wait = changed.Task;
                over = ended;
            }

            next += fresh.Count;
            foreach (var line in fresh.Where(line => (query.Since is null || line.Time >= query.Since) && (query.Until is null || line.Time < query.Until)))
            {
                if (CutAfter > 0 && given++ >= CutAfter)
                {
                    await Task.Yield();
                    throw new IOException("The connection was cut.");
                }

                yield return line;
            }

            if (!query.Follow || over)
            {
                yield break;
            }

            await wait.WaitAsync(cancellationToken);
        }
    }

    private List<LogLine> Snapshot()
    {
        lock (lines)
        {
            return [.. lines];
        }
    }

    private void Wake()
    {
        changed.TrySetResult();
        changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
