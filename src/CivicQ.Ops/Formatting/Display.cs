using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Formatting;

/// <summary>The texts of the format views' columns. Colours are escape sequences, which PowerShell and the host take out where there is no terminal.</summary>
public static partial class Display
{
    /// <summary>A status in its colour.</summary>
    /// <param name="status">The status.</param>
    /// <returns>The text.</returns>
    public static string Status(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => $"\u001b[32m{status}\u001b[0m",
        HealthStatus.Degraded => $"\u001b[33m{status}\u001b[0m",
        HealthStatus.Unhealthy => $"\u001b[31;1m{status}\u001b[0m",
        _ => $"\u001b[90m{status}\u001b[0m",
    };

    /// <summary>The state of one of the lab's servers in its colour.</summary>
    /// <param name="status">The state.</param>
    /// <returns>The text.</returns>
    public static string LabStatus(LabServerStatus status) => status switch
    {
        LabServerStatus.Running => $"\u001b[32m{status}\u001b[0m",
        LabServerStatus.NotInstalled => $"\u001b[33m{status}\u001b[0m",
        _ => $"\u001b[90m{status}\u001b[0m",
    };

    /// <summary>A value with its unit.</summary>
    /// <param name="value">The value, or <see langword="null"/>.</param>
    /// <param name="unit">What it counts.</param>
    /// <returns>The text; empty without a value.</returns>
    public static string Value(double? value, MeasureUnit unit) => value is { } number ? Measure.Format(number, unit) : "";

    /// <summary>A size in binary units.</summary>
    /// <param name="bytes">The size, or <see langword="null"/>.</param>
    /// <returns>The text; empty without a size.</returns>
    public static string Bytes(long? bytes) => bytes is { } size ? Measure.Bytes(size) : "";

    /// <summary>A duration in its natural unit.</summary>
    /// <param name="duration">The duration, or <see langword="null"/>.</param>
    /// <returns>The text; empty without a duration.</returns>
    public static string Duration(TimeSpan? duration) => duration is { } time ? Measure.Duration(time) : "";

    /// <summary>A share of one as a percentage.</summary>
    /// <param name="ratio">The share, 0 to 1, or <see langword="null"/>.</param>
    /// <returns>The text; empty without a share.</returns>
    public static string Ratio(double? ratio) => ratio is { } share ? Measure.Format(share, MeasureUnit.Ratio) : "";
}
