namespace CivicQ.Host.Tests.Commands;

/// <summary>An object whose properties bind.</summary>
public sealed record SampleItem(object? Amount, string? Environment);
