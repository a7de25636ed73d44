namespace CivicQ.Host.Tests.Presentation;

public sealed record SampleRecord(string Environment, DayOfWeek Day, double? Value, string Detail);
