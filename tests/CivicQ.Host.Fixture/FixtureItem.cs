namespace CivicQ.Host.Fixture;

/// <summary>An object with properties of several types.</summary>
public sealed record FixtureItem(string? Label, int Value, FixtureLevel Level, bool Passed, TimeSpan Span, string[] Tags);
