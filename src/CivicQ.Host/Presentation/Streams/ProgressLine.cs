using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using CivicQ.Host.Presentation.Screens;
using CivicQ.Host.Presentation.Values;

namespace CivicQ.Host.Presentation.Streams;

/// <summary>Progress as one line on a terminal, at most four times a second; nothing where nobody looks.</summary>
/// <param name="screen">The error stream: results alone go to the output.</param>
/// <param name="clock">Gives a timestamp in <see cref="Stopwatch"/> ticks.</param>
public sealed class ProgressLine(Screen screen, Func<long>? clock = null)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private readonly Func<long> now = clock ?? Stopwatch.GetTimestamp;
    private readonly HashSet<int> running = [];
    private long? drawnAt;
    private bool visible;

    /// <summary>Takes a record.</summary>
    /// <param name="record">The record.</param>
    public void Show(ProgressRecord record)
    {
        if (!screen.Interactive)
        {
            return;
        }

        if (record.RecordType == ProgressRecordType.Completed)
        {
            running.Remove(record.ActivityId);
            if (running.Count == 0)
            {
                Erase();
                drawnAt = null;
            }

            return;
        }

        running.Add(record.ActivityId);
        if (drawnAt is { } last && Stopwatch.GetElapsedTime(last, now()) < Interval)
        {
            return;
        }

        drawnAt = now();
        screen.Control(Ansi.EraseLine);
        // The last column stays free: a terminal would go to the next line after it.
        screen.Write(Cells.Fit(Text(record), screen.Width - 1, pad: false));
        screen.Flush();
        visible = true;
    }

    /// <summary>Takes the line away, for something else to be written.</summary>
    public void Erase()
    {
        if (visible)
        {
            screen.Control(Ansi.EraseLine);
            screen.Flush();
            visible = false;
        }
    }

    private static string Text(ProgressRecord record)
    {
        var text = DisplayValue.Clean($"{record.Activity}: {record.StatusDescription}".ReplaceLineEndings(" "));
        if (record.PercentComplete >= 0)
        {
            text += string.Create(CultureInfo.InvariantCulture, $" {record.PercentComplete} %");
        }

        return record.SecondsRemaining >= 0
            ? text + string.Create(CultureInfo.InvariantCulture, $", {TimeSpan.FromSeconds(record.SecondsRemaining):c} left")
            : text;
    }
}
