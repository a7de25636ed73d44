namespace CivicQ.Ops.Core.Services.Logs;

/// <summary>
/// Where the reading of a log stands, exact to the line. Platforms stamp standard output and standard error apart, so that neighbours may be
/// a little out of order; so the lines of the last second are remembered one by one, and after a cut the log is read again from a second
/// before its end and the lines that were seen are passed over, each as often as it was seen.
/// </summary>
/// <param name="fromTail">Whether the reading began with the last lines: then what lies before the first of them is not wanted.</param>
internal sealed class LogPosition(bool fromTail = false)
{
    private const int MostRemembered = 4096;
    private static readonly long Slack = TimeSpan.FromSeconds(1).Ticks;

    private (long Ticks, int Hash)[] remembered = new (long, int)[64];
    private int next;
    private int count;
    private long first = long.MaxValue;
    private long latest = long.MinValue;
    private long forgotten = long.MinValue;
    private Dictionary<(long Ticks, int Hash), int>? seen;
    private long floor = long.MinValue;
    private long resumedAt;

    /// <summary>From when on the log is to be read again; <see langword="null"/> where no line was seen yet.</summary>
    public DateTimeOffset? Floor => count == 0 ? null : new DateTimeOffset(Math.Max(Math.Max(latest - Slack, fromTail ? first : long.MinValue), forgotten + 1), TimeSpan.Zero);

    /// <summary>Begins to pass over the lines that were seen; the next line is of a new reading, from <see cref="Floor"/> or earlier.</summary>
    public void Resume()
    {
        if (Floor is not { } from)
        {
            return;
        }

        floor = from.UtcTicks;
        resumedAt = latest;
        seen = [];
        for (var i = 0; i < count; i++)
        {
            var line = remembered[i];
            if (line.Ticks >= floor)
            {
                seen[line] = seen.GetValueOrDefault(line) + 1;
            }
        }
    }

    /// <summary>Takes a line.</summary>
    /// <param name="line">The line.</param>
    /// <returns>True where it is new.</returns>
    public bool TryTake(in LogLine line)
    {
        var mark = (line.Time.UtcTicks, HashCode.Combine(line.Stream, line.Text));
        if (seen is not null && IsSeen(mark))
        {
            return false;
        }

        Remember(mark);
        return true;
    }

    private bool IsSeen((long Ticks, int Hash) mark)
    {
        if (mark.Ticks < floor)
        {
            return true;
        }

        if (seen!.TryGetValue(mark, out var times))
        {
            if (times == 1)
            {
                seen.Remove(mark);
            }
            else
            {
                seen[mark] = times - 1;
            }

            return true;
        }

        if (mark.Ticks > resumedAt + Slack)
        {
            seen = null;
        }

        return false;
    }

    private void Remember((long Ticks, int Hash) mark)
    {
        first = Math.Min(first, mark.Ticks);
        latest = Math.Max(latest, mark.Ticks);
        if (count == remembered.Length && remembered[next].Ticks >= latest - Slack && count < MostRemembered)
        {
            var larger = new (long, int)[count * 2];
            for (var i = 0; i < count; i++)
            {
                larger[i] = remembered[(next + i) % count];
            }

            (remembered, next) = (larger, count);
        }

        if (count == remembered.Length)
        {
            forgotten = Math.Max(forgotten, remembered[next].Ticks);
        }
        else
        {
            count++;
        }

        remembered[next] = mark;
        next = (next + 1) % remembered.Length;
    }
}
