namespace CivicQ.Ops.Core.Services;

/// <summary>One line as the platform kept it.</summary>
/// <param name="Time">When the platform took it, to the nanosecond's tenth that .NET has.</param>
/// <param name="Stream">Where it was written to.</param>
/// <param name="Text">The line without its end.</param>
public readonly record struct LogLine(DateTimeOffset Time, LogStream Stream, string Text);
