namespace CivicQ.Host.Tests.Presentation;

/// <summary>What a module's view calls.</summary>
public static class SampleDisplay
{
    public static string Day(DayOfWeek day) => $"\u001b[32m{day}\u001b[0m";

    public static string Text(string? text) => text is null ? "null" : $"<{text}>";

    public static string Value(double? value, string unit) => value is { } number ? FormattableString.Invariant($"{number} {unit}") : "";
}
