using System.Globalization;

namespace CivicQ.Ops.Core.Measures;

/// <summary>Numbers as people read them, the same in every culture.</summary>
public static class Measure
{
    private static readonly string[] ByteUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary>Writes a value with its unit: <c>73.5 %</c>, <c>12 ms</c>, <c>1.5 GiB</c>, <c>41 days</c>.</summary>
    /// <param name="value">The value.</param>
    /// <param name="unit">What it counts.</param>
    /// <returns>The text; empty for a value that is not a number.</returns>
    public static string Format(double value, MeasureUnit unit) => double.IsNaN(value) ? "" : unit switch
    {
        MeasureUnit.Ratio => Number(value * 100) + " %",
        MeasureUnit.Seconds => Duration(TimeSpan.FromSeconds(value)),
        MeasureUnit.Days => Number(Math.Abs(value) < 10 ? value : Math.Floor(value)) + (value == 1 ? " day" : " days"),
        MeasureUnit.Bytes => Bytes((long)value),
        MeasureUnit.PerSecond => Number(value) + "/s",
        _ => Number(value),
    };

    /// <summary>Writes a size in binary units: <c>1.5 GiB</c>.</summary>
    /// <param name="bytes">The size.</param>
    /// <returns>The text.</returns>
    public static string Bytes(long bytes)
    {
        double value = bytes;
        var unit = 0;
        while (Math.Abs(value) >= 1024 && unit < ByteUnits.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{(unit == 0 ? value : Math.Round(value, 1)):0.#} {ByteUnits[unit]}");
    }

    /// <summary>Writes a duration in its natural unit: <c>420 µs</c>, <c>12 ms</c>, <c>3.4 s</c>, <c>2 min 5 s</c>, <c>3 h 20 min</c>, <c>12 d 4 h</c>.</summary>
    /// <param name="duration">The duration.</param>
    /// <returns>The text.</returns>
    public static string Duration(TimeSpan duration)
    {
        var size = duration.Duration();
        var sign = duration < TimeSpan.Zero ? "-" : "";
        FormattableString text = size.TotalSeconds switch
        {
            0 => $"0 s",
            < 0.001 => $"{sign}{size.TotalMicroseconds:0} µs",
            < 1 => $"{sign}{size.TotalMilliseconds:0} ms",
            < 60 => $"{sign}{size.TotalSeconds:0.#} s",
            < 3600 => $"{sign}{(int)size.TotalMinutes} min {size.Seconds} s",
            < 86400 => $"{sign}{(int)size.TotalHours} h {size.Minutes} min",
            _ => $"{sign}{(int)size.TotalDays} d {size.Hours} h",
        };
        return FormattableString.Invariant(text);
    }

    private static string Number(double value) =>
        Math.Round(value, Math.Abs(value) < 10 ? 2 : 1).ToString("#,0.##", CultureInfo.InvariantCulture);
}
